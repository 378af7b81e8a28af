// SPDX-License-Identifier: MIT
/// \file
/// Compile-time lists of axes: look-up by name, union for broadcasting, difference for reductions.
#pragma once

#include <qx/core/axis.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

namespace qx {

inline constexpr std::size_t npos = static_cast<std::size_t>(-1);

/// A list of axes, outermost first.
template <auto... Axes>
struct axes {
  static constexpr std::size_t rank = sizeof...(Axes);
  static constexpr std::array<std::string_view, rank> names{decltype(Axes)::name...};
  static constexpr std::array<std::size_t, rank> static_extents{decltype(Axes)::extent...};

  /// Position of the axis of that name, or npos. Only while compiling: names are not compared at
  /// run time, see `positions`.
  [[nodiscard]] static consteval std::size_t find(std::string_view name) {
    for (std::size_t i = 0; i < rank; ++i)
      if (names[i] == name) return i;
    return npos;
  }
  [[nodiscard]] static consteval std::size_t find_last(std::string_view name) {
    for (std::size_t i = rank; i-- > 0;)
      if (names[i] == name) return i;
    return npos;
  }
  template <auto Axis>
  static constexpr std::size_t index_of = find(decltype(Axis)::name);
  template <auto Axis>
  static constexpr bool has = index_of<Axis> != npos;

  static constexpr bool unique_names =
      ((find(decltype(Axes)::name) == find_last(decltype(Axes)::name)) && ... && true);
};

namespace detail {

template <class List, auto Axis>
struct append_axis;
template <auto... As, auto Axis>
struct append_axis<axes<As...>, Axis> {
  using type = axes<As..., Axis>;
};

template <std::size_t I, auto First, auto... Rest>
consteval auto axis_at() {
  if constexpr (I == 0)
    return First;
  else
    return axis_at<I - 1, Rest...>();
}

template <class List, std::size_t I>
struct get_axis;
template <auto... As, std::size_t I>
struct get_axis<axes<As...>, I> {
  static constexpr auto value = axis_at<I, As...>();
};

template <class Kept, class Removed, auto... As>
struct filter {
  using type = Kept;
};
template <class Kept, class Removed, auto A, auto... Rest>
struct filter<Kept, Removed, A, Rest...> {
  using next = std::conditional_t<Removed::find(decltype(A)::name) == npos,
                                  typename append_axis<Kept, A>::type, Kept>;
  using type = typename filter<next, Removed, Rest...>::type;
};

template <class A, class B>
struct without;
template <auto... As, class B>
struct without<axes<As...>, B> {
  using type = typename filter<axes<>, B, As...>::type;
};

/// A static extent wins over a dynamic one.
template <auto A, class B>
consteval auto refine() {
  constexpr std::size_t i = B::find(decltype(A)::name);
  if constexpr (i != npos && !decltype(A)::is_static) {
    if constexpr (B::static_extents[i] != dynamic)
      return fixed<A, B::static_extents[i]>;
    else
      return A;
  } else {
    return A;
  }
}

template <class A, class B>
struct concat;
template <auto... As, auto... Bs>
struct concat<axes<As...>, axes<Bs...>> {
  using type = axes<As..., Bs...>;
};

template <class A, class B>
struct refined;
template <auto... As, class B>
struct refined<axes<As...>, B> {
  using type = axes<refine<As, B>()...>;
};

template <class A, std::size_t I, class Sequence>
struct relaxed;
template <auto... As, std::size_t I, std::size_t... K>
struct relaxed<axes<As...>, I, std::index_sequence<K...>> {
  template <class A, bool Relax>
  using one = std::conditional_t<Relax, typename A::template with_extent<dynamic>, A>;
  using type = axes<one<std::remove_const_t<decltype(As)>, K == I>{}...>;
};

/// The axes As with the one at position I replaced by the list New.
template <class Kept, std::size_t I, class New, auto... As>
struct splice {
  using type = Kept;
};
template <class Kept, std::size_t I, auto... New, auto A, auto... Rest>
struct splice<Kept, I, axes<New...>, A, Rest...> {
  using here = std::conditional_t<I == 0, axes<New...>, axes<A>>;
  using type = typename splice<typename concat<Kept, here>::type, I - 1, axes<New...>, Rest...>::type;
};
template <class List, std::size_t I, class New>
struct spliced;
template <auto... As, std::size_t I, class New>
struct spliced<axes<As...>, I, New> : splice<axes<>, I, New, As...> {};

}  // namespace detail

/// The I-th axis of a list, as a value.
template <class List, std::size_t I>
inline constexpr auto axis_of = detail::get_axis<List, I>::value;
/// The last axis of a list, or `no_axis`.
template <class List>
inline constexpr auto last_axis = axis_of<List, List::rank - 1>;
template <>
inline constexpr auto last_axis<axes<>> = no_axis;

namespace detail {
template <class List, class Of>
struct positions;
template <class List, auto... As>
struct positions<List, axes<As...>> {
  static constexpr std::array<std::size_t, sizeof...(As)> value{List::find(decltype(As)::name)...};
};
}  // namespace detail

/// Where List has each axis of Of: one position (or npos) for every axis of Of.
template <class List, class Of>
inline constexpr std::array<std::size_t, Of::rank> positions = detail::positions<List, Of>::value;

/// The axes of A that B does not have, in A's order.
template <class A, class B>
using axes_without = typename detail::without<A, B>::type;
template <class A, class B>
using axes_concat = typename detail::concat<A, B>::type;

/// The same axes with the I-th made dynamic.
template <class A, std::size_t I>
using axes_relaxed = typename detail::relaxed<A, I, std::make_index_sequence<A::rank>>::type;

/// The list A with its I-th axis replaced by the axes of New: one for a new name, several for a split.
template <class A, std::size_t I, class New>
using axes_spliced = typename detail::spliced<A, I, New>::type;

template <class A, class B>
inline constexpr bool includes_axes = axes_without<B, A>::rank == 0;
template <class A, class B>
inline constexpr bool same_axes_set = includes_axes<A, B> && includes_axes<B, A>;

/// Broadcasting by name: if one operand has all axes of the other, its order holds; else the axes
/// of A are followed by those that only B has. Static extents win over dynamic ones.
template <class A, class B>
using axes_union =
    std::conditional_t<includes_axes<B, A> && !includes_axes<A, B>,
                       typename detail::refined<B, A>::type,
                       axes_concat<typename detail::refined<A, B>::type, axes_without<B, A>>>;

}  // namespace qx
