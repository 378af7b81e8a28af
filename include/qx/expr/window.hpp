// SPDX-License-Identifier: MIT
/// \file
/// Expressions whose elements come from other places of their operands: renamed axes, slices with a
/// stride, padding, concatenation. Fused: nothing is stored between them and what stands around.
#pragma once

#include <qx/core/bundle.hpp>
#include <qx/core/reshape.hpp>
#include <qx/expr/map.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace qx::inline QX_ARCH {

/// The same elements, one axis under another name.
template <auto From, auto To, class Child>
struct rename_node : node_tag {
  using rule = renaming<From, To>;
  using axes_type = typename rule::template axes_type<typename Child::axes_type>;
  using value_type = typename Child::value_type;
  static constexpr std::string_view name = "rename";
  Child child;
  [[nodiscard]] QX_INLINE constexpr auto shape() const { return rule{}.shape(child.shape()); }
  template <class C>
  [[nodiscard]] QX_INLINE constexpr auto with(C c) const {
    return rename_node<From, To, C>{{}, std::move(c)};
  }
};

namespace impl {
template <class Child, auto Axis>
struct along_one {
  static constexpr std::size_t at = Child::axes_type::template index_of<Axis>;
  static_assert(at != npos,
                "qx: slice, pad or concatenate along an axis that the operand does not have");
  static_assert(!std::is_same_v<typename Child::value_type, bool>,
                "qx: slice, pad and concatenate take numbers: cast<…>() the comparison");
  using axes_type = axes_relaxed<typename Child::axes_type, at>;
  [[nodiscard]] QX_INLINE static constexpr auto resized(const Child& c, std::size_t extent) {
    auto sizes = c.shape().sizes();
    sizes[at] = extent;
    return extents<axes_type>(sizes);
  }
};
}  // namespace impl

/// Elements first, first + step, … of one axis: `count` of them.
template <auto Axis, class Child>
struct slice_node : node_tag {
  using axes_type = typename impl::along_one<Child, Axis>::axes_type;
  using value_type = typename Child::value_type;
  static constexpr std::string_view name = "slice";
  Child child;
  std::size_t first;
  std::size_t count;
  std::size_t step;
  [[nodiscard]] QX_INLINE constexpr auto shape() const {
    const std::size_t extent = child.shape()[impl::along_one<Child, Axis>::at];
    if (step == 0 || first > extent || (count != 0 && first == extent) ||
        (count != 0 && (count - 1) > (extent - first - 1) / step))
      throw_out_of_range(decltype(Axis)::name, first, first + count * step, extent);
    return impl::along_one<Child, Axis>::resized(child, count);
  }
  template <class C>
  [[nodiscard]] QX_INLINE constexpr auto with(C c) const {
    return slice_node<Axis, C>{{}, std::move(c), first, count, step};
  }
};

/// `before` and `after` elements of one value around those of the operand.
template <auto Axis, class Child>
struct pad_node : node_tag {
  using axes_type = typename impl::along_one<Child, Axis>::axes_type;
  using value_type = typename Child::value_type;
  static constexpr std::string_view name = "pad";
  Child child;
  std::size_t before;
  std::size_t after;
  value_type value;
  [[nodiscard]] QX_INLINE constexpr auto shape() const {
    const std::size_t extent = child.shape()[impl::along_one<Child, Axis>::at];
    return impl::along_one<Child, Axis>::resized(child, before + extent + after);
  }
  template <class C>
  [[nodiscard]] QX_INLINE constexpr auto with(C c) const {
    return pad_node<Axis, C>{{}, std::move(c), before, after, value};
  }
};

/// The operands one after the other along one axis. All have the same axes, in any order.
template <auto Axis, class First, class... Rest>
struct concat_node : node_tag {
  using axes_type = typename impl::along_one<First, Axis>::axes_type;
  using value_type = typename First::value_type;
  static constexpr std::string_view name = "concatenate";
  static_assert((std::is_same_v<value_type, typename Rest::value_type> && ...),
                "qx: the operands have different element types: cast<…>() one of them");
  static_assert((same_axes_set<typename First::axes_type, typename Rest::axes_type> && ...),
                "qx: concatenate takes operands with the same axes");
  bundle<First, Rest...> children;

  template <class C>
  [[nodiscard]] QX_INLINE static constexpr std::size_t extent_of(const C& c) {
    return c.shape()[C::axes_type::template index_of<Axis>];
  }
  [[nodiscard]] QX_INLINE constexpr auto shape() const {
    const auto& first = get<0>(children);
    std::size_t total = 0;
    const auto add = [&](const auto& c) QX_INLINE_LAMBDA {
      total += extent_of(c);
      const auto s = c.shape();
      using list = typename std::remove_cvref_t<decltype(s)>::axes_type;
      for (std::size_t i = 0; i < axes_type::rank; ++i)
        if (i != axes_type::template index_of<Axis> &&
            first.shape()[i] != s[positions<list, axes_type>[i]])
          throw_extent_mismatch(axes_type::names[i], first.shape()[i],
                                s[positions<list, axes_type>[i]]);
    };
    children.apply([&](const auto&... c) QX_INLINE_LAMBDA { (add(c), ...); });
    return impl::along_one<First, Axis>::resized(first, total);
  }
  template <class... C>
  [[nodiscard]] QX_INLINE constexpr auto with(C... c) const {
    return concat_node<Axis, C...>{{}, {std::move(c)...}};
  }
};

/// Along one axis the elements with the given numbers, in their order, as an axis of another name.
template <auto Along, auto To, class Child>
struct pick_node : node_tag {
  static constexpr std::size_t at = Child::axes_type::template index_of<Along>;
  static_assert(at != npos, "qx: pick along an axis that the operand does not have");
  static_assert(!std::is_same_v<typename Child::value_type, bool>,
                "qx: pick takes numbers: cast<…>() the comparison");
  using axes_type = axes_spliced<typename Child::axes_type, at, axes<To>>;
  static_assert(axes_type::unique_names, "qx: the new axis is one that the operand has already");
  using value_type = typename Child::value_type;
  static constexpr std::string_view name = "pick";
  Child child;
  std::span<const std::int32_t> places;
  [[nodiscard]] QX_INLINE constexpr auto shape() const {
    auto sizes = child.shape().sizes();
    for (std::size_t i = 0; i < places.size(); ++i)
      if (places[i] < 0 || static_cast<std::size_t>(places[i]) >= sizes[at])
        throw_no_row(decltype(Along)::name, places[i], sizes[at]);
    sizes[at] = places.size();
    return extents<axes_type>(sizes);
  }
  template <class C>
  [[nodiscard]] QX_INLINE constexpr auto with(C c) const {
    return pick_node<Along, To, C>{{}, std::move(c), places};
  }
};

/// An operand that has no view of its own and so gets a node: an expression or a temporary.
template <class A>
concept Unseen = Operand<A> && !detail::Seen<A>;

template <Unseen A, label From, std::size_t FromExtent, label To, std::size_t ToExtent>
[[nodiscard]] QX_INLINE constexpr auto rename(A&& a, axis<From, FromExtent>, axis<To, ToExtent>) {
  static_assert(node_t<A>::axes_type::template has<axis<From>{}>,
                "qx: rename of an axis that the operand does not have");
  return rename_node<axis<From>{}, axis<To>{}, node_t<A>>{{}, as_node(std::forward<A>(a))};
}

/// `slice(x, token, first, count, step)`: of a tensor or view a view, of an expression a node.
template <class A, label Name, std::size_t E>
  requires(Operand<A>)
[[nodiscard]] QX_INLINE constexpr auto slice(A&& a, axis<Name, E> along, std::size_t first,
                                             std::size_t count, std::size_t step = 1) {
  if constexpr (detail::Seen<A>)
    return detail::seen(std::forward<A>(a)).slice(along, first, count, step);
  else
    return slice_node<axis<Name>{}, node_t<A>>{{}, as_node(std::forward<A>(a)), first, count, step};
}

/// `pad(x, token, 1, 2)`: one zero (or `value`) before, two after.
template <Operand A, label Name, std::size_t E>
[[nodiscard]] QX_INLINE constexpr auto pad(A&& a, axis<Name, E>, std::size_t before,
                                           std::size_t after,
                                           typename node_t<A>::value_type value = {}) {
  return pad_node<axis<Name>{}, node_t<A>>{{}, as_node(std::forward<A>(a)), before, after, value};
}

/// `concatenate(over(token), a, b, c)`.
template <label Name, std::size_t E, Operand... A>
  requires(sizeof...(A) > 0)
[[nodiscard]] QX_INLINE constexpr auto concatenate(over_axis<axis<Name, E>>, A&&... operands) {
  return concat_node<axis<Name>{}, node_t<A>...>{{}, {as_node(std::forward<A>(operands))...}};
}

/// Elements of one axis by number, which may be named in any order and more than once:
/// `pick(x, over(token), order, pair)` has the axis `pair` in place of `token`, and element i of it
/// is element `order[i]`. What `scatter_add` adds up is what this takes apart.
template <Operand A, label From, std::size_t E, class To>
[[nodiscard]] QX_INLINE constexpr auto pick(A&& a, over_axis<axis<From, E>>,
                                            std::span<const std::int32_t> places, To) {
  return pick_node<axis<From>{}, typename To::template with_extent<dynamic>{}, node_t<A>>{
      {}, as_node(std::forward<A>(a)), places};
}

}  // namespace qx::inline QX_ARCH
