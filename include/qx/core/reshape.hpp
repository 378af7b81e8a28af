// SPDX-License-Identifier: MIT
/// \file
/// The same elements under other axes: a new name, one axis cut into several, two joined into one.
/// Nothing is copied. Each change is an object that says what it does to axes, sizes and views, so
/// that expressions use the very same rules.
#pragma once

#include <qx/core/tensor.hpp>

#include <array>
#include <cstddef>

namespace qx {

/// Throws `shape_error`: "axis 'model': extent 100 cannot be split into parts of 3 · 32".
[[noreturn]] void throw_uneven_split(std::string_view axis, std::size_t extent,
                                     std::size_t product);
/// Throws `shape_error`: "axes 'head' and 'dim' do not lie together in memory: merge a copy".
[[noreturn]] void throw_not_together(std::string_view outer, std::string_view inner);

/// What an axis or a named size says of an extent; `dynamic` when it is to be found out.
template <label Name, std::size_t E>
[[nodiscard]] QX_INLINE constexpr std::size_t given_extent(axis<Name, E>) {
  return E;
}
template <class Axis>
[[nodiscard]] QX_INLINE constexpr std::size_t given_extent(sized<Axis> s) {
  return s.extent;
}
namespace detail {
template <class Part>
struct part_axis {
  using type = Part;
};
template <class Axis>
struct part_axis<sized<Axis>> {
  using type = Axis;
};
template <class Part>
inline constexpr typename part_axis<Part>::type axis_of_part{};
}  // namespace detail

/// A new name for one axis; its extent stays what it was.
template <auto From, auto To>
struct renaming {
  template <class List>
  static constexpr std::size_t place = List::template index_of<From>;
  template <class List>
  struct result {
    static_assert(place<List> != npos, "qx: rename of an axis that the operand does not have");
    using type = axes_spliced<
        List, place<List>,
        axes<typename decltype(To)::template with_extent<List::static_extents[place<List>]>{}>>;
    static_assert(type::unique_names, "qx: rename gives two axes of one tensor the same name");
  };
  template <class List>
  using axes_type = typename result<List>::type;

  template <class List>
  [[nodiscard]] QX_INLINE constexpr auto shape(const extents<List>& s) const {
    return extents<axes_type<List>>(s.sizes());
  }
  template <class T, class List>
  [[nodiscard]] QX_INLINE constexpr auto view(const basic_view<T, List>& v) const {
    return basic_view<T, axes_type<List>>(v.data(), shape(v.shape()), v.steps());
  }
};

/// One axis cut into several, outermost first: element i of it is element (i / n, i % n) of two.
template <auto From, auto... To>
struct splitting {
  static constexpr std::size_t parts = sizeof...(To);
  std::array<std::size_t, parts> given;  ///< one of them may be `dynamic`

  template <class List>
  struct result {
    static_assert(List::template has<From>, "qx: split of an axis that the operand does not have");
    using type = axes_spliced<List, List::template index_of<From>, axes<To...>>;
    static_assert(type::unique_names, "qx: split gives two axes of one tensor the same name");
  };
  template <class List>
  using axes_type = typename result<List>::type;

  template <class List>
  [[nodiscard]] QX_INLINE constexpr auto shape(const extents<List>& s) const {
    constexpr std::size_t at = List::template index_of<From>;
    const auto cut = parts_of(s[at]);
    std::array<std::size_t, List::rank + parts - 1> sizes{};
    for (std::size_t i = 0; i < sizes.size(); ++i)
      sizes[i] = i < at ? s[i] : i < at + parts ? cut[i - at] : s[i + 1 - parts];
    return extents<axes_type<List>>(sizes);
  }
  template <class T, class List>
  [[nodiscard]] QX_INLINE constexpr auto view(const basic_view<T, List>& v) const {
    constexpr std::size_t at = List::template index_of<From>;
    const auto cut = shape(v.shape());
    strides<List::rank + parts - 1> steps{};
    std::ptrdiff_t step = v.steps()[at];
    for (std::size_t i = steps.size(); i-- > 0;) {
      if (i >= at + parts || i < at) {
        steps[i] = v.steps()[i < at ? i : i + 1 - parts];
      } else {
        steps[i] = step;
        step *= static_cast<std::ptrdiff_t>(cut[i]);
      }
    }
    return basic_view<T, axes_type<List>>(v.data(), cut, steps);
  }

 private:
  [[nodiscard]] QX_INLINE constexpr std::array<std::size_t, parts>
  parts_of(std::size_t extent) const {
    std::array<std::size_t, parts> cut = given;
    std::size_t product = 1;
    for (const std::size_t n : given)
      if (n != dynamic) product *= n;
    for (std::size_t& n : cut)
      if (n == dynamic) {
        n = product == 0 ? 0 : extent / product;
        product *= n;
      }
    if (product != extent) throw_uneven_split(decltype(From)::name, extent, product);
    return cut;
  }
};

/// Two axes joined into one; the second varies fastest.
template <auto Outer, auto Inner, auto Into>
struct merging {
  template <class List>
  struct result {
    static constexpr std::size_t at = List::template index_of<Outer>;
    static_assert(at != npos && List::template has<Inner>,
                  "qx: merge of an axis that the operand does not have");
    static_assert(List::template index_of<Inner> == at + 1,
                  "qx: merge takes two neighbouring axes, the outer one first");
    static constexpr std::size_t first = List::static_extents[at];
    static constexpr std::size_t second = List::static_extents[at + 1];
    using into = typename decltype(Into)::template with_extent<
        first == dynamic || second == dynamic ? dynamic : first * second>;
    using type = axes_spliced<axes_without<List, axes<Inner>>, at, axes<into{}>>;
    static_assert(type::unique_names, "qx: merge gives two axes of one tensor the same name");
  };
  template <class List>
  using axes_type = typename result<List>::type;

  template <class List>
  [[nodiscard]] QX_INLINE constexpr auto shape(const extents<List>& s) const {
    constexpr std::size_t at = result<List>::at;
    std::array<std::size_t, List::rank - 1> sizes{};
    for (std::size_t i = 0; i < sizes.size(); ++i)
      sizes[i] = i < at ? s[i] : i == at ? s[at] * s[at + 1] : s[i + 1];
    return extents<axes_type<List>>(sizes);
  }
  template <class T, class List>
  [[nodiscard]] QX_INLINE constexpr auto view(const basic_view<T, List>& v) const {
    constexpr std::size_t at = result<List>::at;
    const auto along = static_cast<std::ptrdiff_t>(v.shape()[at + 1]);
    if (v.shape()[at] > 1 && v.steps()[at] != v.steps()[at + 1] * along)
      throw_not_together(decltype(Outer)::name, decltype(Inner)::name);
    strides<List::rank - 1> steps{};
    for (std::size_t i = 0; i < steps.size(); ++i)
      steps[i] = v.steps()[i < at ? i : i + 1];
    return basic_view<T, axes_type<List>>(v.data(), shape(v.shape()), steps);
  }
};

namespace detail {
/// A view of a view or of an lvalue tensor.
template <class T, class Axes>
[[nodiscard]] QX_INLINE constexpr const basic_view<T, Axes>& seen(const basic_view<T, Axes>& v) {
  return v;
}
template <class T, class Axes>
[[nodiscard]] QX_INLINE auto seen(basic_tensor<T, Axes>& t) {
  return t.view();
}
template <class T, class Axes>
[[nodiscard]] QX_INLINE auto seen(const basic_tensor<T, Axes>& t) {
  return t.view();
}
template <class T, class Axes>
void seen(basic_tensor<T, Axes>&&) = delete;  // a view of a temporary would dangle
template <class T>
concept Seen = requires(T&& t) { detail::seen(static_cast<T&&>(t)).steps(); };
}  // namespace detail

/// `rename(x, token, query)`: the same elements, the axis under another name.
template <detail::Seen X, label From, std::size_t FromExtent, label To, std::size_t ToExtent>
[[nodiscard]] QX_INLINE constexpr auto rename(X&& x, axis<From, FromExtent>, axis<To, ToExtent>) {
  return renaming<axis<From>{}, axis<To>{}>{}.view(detail::seen(static_cast<X&&>(x)));
}
/// `split(x, model, head(4), dim)`: one axis as several, outermost first; one part may be left to
/// be found out. Throws `shape_error` when the parts do not make up the whole.
template <detail::Seen X, label From, std::size_t E, class... Parts>
[[nodiscard]] QX_INLINE constexpr auto split(X&& x, axis<From, E>, Parts... parts) {
  return splitting<axis<From>{}, detail::axis_of_part<Parts>...>{{given_extent(parts)...}}.view(
      detail::seen(static_cast<X&&>(x)));
}
/// `merge(x, head, dim, model)`: two neighbouring axes as one. Throws `shape_error` when they do
/// not lie together in memory.
template <detail::Seen X, label Outer, std::size_t O, label Inner, std::size_t I, label Into,
          std::size_t N>
[[nodiscard]] QX_INLINE constexpr auto merge(X&& x, axis<Outer, O>, axis<Inner, I>, axis<Into, N>) {
  return merging<axis<Outer>{}, axis<Inner>{}, axis<Into>{}>{}.view(
      detail::seen(static_cast<X&&>(x)));
}

}  // namespace qx
