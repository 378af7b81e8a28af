// SPDX-License-Identifier: MIT
/// \file
/// Functions of a whole axis: cumulative sums, sorting, the k largest, rows added up by number.
#pragma once

#include <qx/core/order.hpp>
#include <qx/core/reshape.hpp>
#include <qx/expr/monoid.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace qx::inline QX_ARCH {

/// `function.apply(in, n, out, m)` turns the n elements of an axis into the m elements of another
/// (or of the same) one; `function.extent(n)` says how many those are. A function of one's own
/// needs only these two and `result<T>`, the type of what it makes.
template <class F, auto Axis, auto Out, class Child>
struct along_node : node_tag {
  static constexpr std::size_t at = Child::axes_type::template index_of<Axis>;
  static_assert(at != npos, "qx: a function along an axis that the operand does not have");
  static_assert(!std::is_same_v<typename Child::value_type, bool>,
                "qx: functions of an axis take numbers: cast<…>() the comparison");
  static_assert(!requires { requires F::asks_order; } || !Complex<typename Child::value_type>,
                "qx: complex numbers have no order: take abs() of them");
  using axes_type = axes_spliced<typename Child::axes_type, at, axes<Out>>;
  static_assert(axes_type::unique_names, "qx: the new axis is one that the operand has already");
  using value_type = typename F::template result<typename Child::value_type>;
  static constexpr auto axis = Axis;
  static constexpr bool ends_sweep = true;
  static constexpr std::string_view name = F::name;
  [[no_unique_address]] F function;
  Child child;
  [[nodiscard]] QX_INLINE constexpr auto shape() const {
    auto sizes = child.shape().sizes();
    sizes[at] = function.extent(sizes[at]);
    return extents<axes_type>(sizes);
  }
  template <class C>
  [[nodiscard]] QX_INLINE constexpr auto with(C c) const {
    return along_node<F, Axis, Out, C>{{}, function, std::move(c)};
  }
};

namespace along {

/// Element i becomes what the monoid makes of elements 0 … i, added up in that order.
template <class Monoid>
struct cumulative {
  static constexpr std::string_view name = "cumulative";
  template <class T>
  using result = typename Monoid::template result<T>;
  [[nodiscard]] QX_INLINE constexpr std::size_t extent(std::size_t n) const { return n; }
  template <class T, class R>
  QX_INLINE constexpr void apply(const T* in, std::size_t n, R* out, std::size_t) const {
    auto state = Monoid::template start<T>();
    for (std::size_t i = 0; i < n; ++i) {
      Monoid::step(state, in[i], T(static_cast<monoid::element_t<T>>(i)));
      out[i] = Monoid::finish(state, i + 1);
    }
  }
};

struct sorted {
  static constexpr std::string_view name = "sort";
  static constexpr bool asks_order = true;
  direction way;
  template <class T>
  using result = T;
  [[nodiscard]] QX_INLINE constexpr std::size_t extent(std::size_t n) const { return n; }
  template <class T>
  QX_INLINE void apply(const T* in, std::size_t n, T* out, std::size_t) const {
    for (std::size_t i = 0; i < n; ++i)
      out[i] = in[i];
    sort_row(std::span<T>(out, n), way);
  }
};

/// Positions of the first `count` elements in order; all of them when `count` is `dynamic`.
struct order {
  static constexpr std::string_view name = "order";
  static constexpr bool asks_order = true;
  direction way;
  std::size_t count;
  template <class T>
  using result = std::int32_t;
  [[nodiscard]] QX_INLINE constexpr std::size_t extent(std::size_t n) const {
    if (count != dynamic && count > n) throw_shape_error("top_k: k is larger than the axis");
    return count == dynamic ? n : count;
  }
  template <class T>
  QX_INLINE void apply(const T* in, std::size_t n, std::int32_t* out, std::size_t m) const {
    order_row(std::span<const T>(in, n), std::span<std::int32_t>(out, m), way);
  }
};

/// Element i is added to element `places[i]`, in the order of i.
struct scattered {
  static constexpr std::string_view name = "scatter_add";
  std::span<const std::int32_t> places;
  std::size_t count;
  template <class T>
  using result = T;
  [[nodiscard]] QX_INLINE constexpr std::size_t extent(std::size_t n) const {
    if (places.size() != n)
      throw_shape_error("scatter_add: as many places are needed as the axis has elements");
    for (std::size_t i = 0; i < n; ++i)
      if (places[i] < 0 || static_cast<std::size_t>(places[i]) >= count)
        throw_no_row("scatter_add", places[i], count);
    return count;
  }
  template <class T>
  QX_INLINE constexpr void apply(const T* in, std::size_t n, T* out, std::size_t m) const {
    for (std::size_t i = 0; i < m; ++i)
      out[i] = T(0);
    for (std::size_t i = 0; i < n; ++i) {
      T& sum = out[static_cast<std::size_t>(places[i])];
      sum = sum + in[i];
    }
  }
};

}  // namespace along

namespace impl {
template <auto Axis, auto Out, class F, class A>
[[nodiscard]] QX_INLINE constexpr auto make_along(F f, A&& a) {
  return along_node<F, Axis, Out, node_t<A>>{{}, f, as_node(std::forward<A>(a))};
}
}  // namespace impl

/// A function of one's own along an axis: `apply_along(my_filter{…}, x, over(time))`.
template <class F, Operand A, class Axis>
[[nodiscard]] QX_INLINE constexpr auto apply_along(F f, A&& a, over_axis<Axis>) {
  return impl::make_along<Axis{}, typename Axis::template with_extent<dynamic>{}>(
      f, std::forward<A>(a));
}

/// Σ of the elements up to and including each one, along an axis; likewise the largest so far.
template <Operand A, class Axis>
[[nodiscard]] QX_INLINE constexpr auto cumulative_sum(A&& a, over_axis<Axis> along) {
  return apply_along(along::cumulative<monoid::sum>{}, std::forward<A>(a), along);
}
template <Operand A, class Axis>
[[nodiscard]] QX_INLINE constexpr auto cumulative_max(A&& a, over_axis<Axis> along) {
  return apply_along(along::cumulative<monoid::max>{}, std::forward<A>(a), along);
}

/// The elements of an axis in order, NaN last.
template <Operand A, class Axis>
[[nodiscard]] QX_INLINE constexpr auto sort(A&& a, over_axis<Axis> along,
                                            direction way = direction::ascending) {
  return apply_along(along::sorted{way}, std::forward<A>(a), along);
}
/// Where the elements of the sorted axis come from (int32).
template <Operand A, class Axis>
[[nodiscard]] QX_INLINE constexpr auto argsort(A&& a, over_axis<Axis> along,
                                               direction way = direction::ascending) {
  return apply_along(along::order{way, dynamic}, std::forward<A>(a), along);
}
/// Positions (int32) of the k largest elements, the largest first: `top_k(logits, over(vocab),
/// rank(40))` has the axis `rank` in place of `vocab`. Of equal elements the first comes first.
template <Operand A, class Axis, class Rank>
[[nodiscard]] QX_INLINE constexpr auto top_k(A&& a, over_axis<Axis>, sized<Rank> k) {
  return impl::make_along<Axis{}, Rank{}>(along::order{direction::descending, k.extent},
                                          std::forward<A>(a));
}
/// Row i of x is added to row `places[i]` of a tensor of zeros whose axis `into` takes the place of
/// `along`: `scatter_add(grad, over(token), ids, vocab(32000))`. Rows are added in the order of i,
/// whatever the number of threads.
template <Operand A, class Axis, class Into>
[[nodiscard]] QX_INLINE constexpr auto
scatter_add(A&& a, over_axis<Axis>, std::span<const std::int32_t> places, sized<Into> into) {
  return impl::make_along<Axis{}, Into{}>(along::scattered{places, into.extent},
                                          std::forward<A>(a));
}

}  // namespace qx::inline QX_ARCH
