// SPDX-License-Identifier: MIT
/// \file
/// Compile errors of a few lines. A complaint is a type whose arguments are what its reader must
/// know: the axis, both extents, both types. Functions that a user calls look for one before
/// anything deep is instantiated, so that the compiler names it, the function and the user's line.
#pragma once

#include <qx/core/axes.hpp>

#include <cstddef>
#include <type_traits>

namespace qx {

namespace complaint {

struct none {
  static constexpr bool absent = true;
};

template <label Axis, std::size_t First, std::size_t Second>
struct extents_disagree {
  static_assert(First == Second,
                "qx: two static extents of one axis disagree (axis, first, second)");
  static constexpr bool absent = true;
};

template <label Axis>
struct destination_lacks {
  static_assert(Axis.view() == "",
                "qx: the expression has an axis that its destination does not have");
  static constexpr bool absent = true;
};

template <class Stored, class Computed>
struct would_narrow {
  static_assert(
      std::is_same_v<Stored, Computed>,
      "qx: the destination has another element type than the expression: cast<…>() it");
  static constexpr bool absent = true;
};

}  // namespace complaint

namespace detail {

template <class C>
using found = std::type_identity<C>;

/// The first of several that is not `none`.
template <class... Complaints>
struct first_complaint {
  using type = complaint::none;
};
template <class First, class... Rest>
struct first_complaint<First, Rest...>
    : std::conditional_t<std::is_same_v<First, complaint::none>, first_complaint<Rest...>,
                         found<First>> {};

template <auto A, class B>
consteval auto extents_of_axis() {
  constexpr std::size_t i = B::find(decltype(A)::name);
  if constexpr (i == npos) {
    return found<complaint::none>{};
  } else if constexpr (!decltype(A)::is_static || B::static_extents[i] == dynamic ||
                       decltype(A)::extent == B::static_extents[i]) {
    return found<complaint::none>{};
  } else {
    return []<label Name, std::size_t N>(axis<Name, N>) {
      return found<complaint::extents_disagree<Name, N, B::static_extents[i]>>{};
    }(A);
  }
}
template <auto A, class Destination>
consteval auto lacks_axis() {
  if constexpr (Destination::find(decltype(A)::name) != npos)
    return found<complaint::none>{};
  else
    return []<label Name, std::size_t N>(axis<Name, N>) {
      return found<complaint::destination_lacks<Name>>{};
    }(A);
}

template <class A, class B>
struct extents_complaint;
template <auto... As, class B>
struct extents_complaint<axes<As...>, B>
    : first_complaint<typename decltype(extents_of_axis<As, B>())::type...> {};
template <class Expression, class Destination>
struct lacking_complaint;
template <auto... As, class Destination>
struct lacking_complaint<axes<As...>, Destination>
    : first_complaint<typename decltype(lacks_axis<As, Destination>())::type...> {};

template <class... Lists>
inline constexpr bool all_agree = true;
template <class A, class B, class... Rest>
inline constexpr bool all_agree<A, B, Rest...> =
    extents_complaint<A, B>::type::absent && all_agree<axes_union<A, B>, Rest...>;

}  // namespace detail

/// What there is to say of the static extents of axes that both lists have.
template <class A, class B>
using extents_complaint = typename detail::extents_complaint<A, B>::type;
/// What there is to say of storing an expression with the axes E where the axes are D.
template <class E, class D>
using destination_complaint =
    typename detail::first_complaint<typename detail::lacking_complaint<E, D>::type,
                                     extents_complaint<D, E>>::type;

/// Asking for this with static extents that disagree is the compile error that a user reads.
template <class... Lists>
inline constexpr bool extents_agree = detail::all_agree<Lists...>;

}  // namespace qx
