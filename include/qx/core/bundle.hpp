// SPDX-License-Identifier: MIT
/// \file
/// Several objects, each of a type of its own: what std::tuple is for, with few functions to choose
/// among and to instantiate, and one that unpacks all at once, so that expressions of many nodes
/// cost the compiler far less.
#pragma once

#include <qx/core/config.hpp>

#include <cstddef>
#include <tuple>
#include <utility>

namespace qx {

/// `bundle{a, b}` holds a copy of each; `get<I>(g)`, `g.apply(f)`, `g.for_each(f)` and
/// `auto& [x, y] = g` read it.
template <class... T>
struct bundle;

template <>
struct bundle<> {
  template <class F>
  QX_INLINE constexpr decltype(auto) apply(F&& f) const {
    return f();
  }
  template <class F>
  QX_INLINE constexpr void for_each(F&&) const {}
};

/// Copied by constructors of its own: of a trivial copy, which is one block of memory, GCC 12
/// forgets which extents and strides were constants. One and two members, which nearly all have,
/// reach a function without another one between.
template <class First, class... Rest>
struct bundle<First, Rest...> {
  First first;
  [[no_unique_address]] bundle<Rest...> rest;

  QX_INLINE constexpr bundle(const First& f, const Rest&... r) : first(f), rest(r...) {}
  QX_INLINE constexpr bundle(First&& f, Rest&&... r) : first(std::move(f)), rest(std::move(r)...) {}
  QX_INLINE constexpr bundle(const bundle& other) : first(other.first), rest(other.rest) {}
  QX_INLINE constexpr bundle(bundle&& other) noexcept
      : first(std::move(other.first)), rest(std::move(other.rest)) {}

  /// f(members…)
  template <class F>
  QX_INLINE constexpr decltype(auto) apply(F&& f) const {
    if constexpr (sizeof...(Rest) == 0)
      return f(first);
    else if constexpr (sizeof...(Rest) == 1)
      return f(first, rest.first);
    else
      return rest.apply([&](const auto&... others)
                            QX_INLINE_LAMBDA -> decltype(auto) { return f(first, others...); });
  }
  /// f(member) for each, from left to right.
  template <class F>
  QX_INLINE constexpr void for_each(F&& f) const {
    f(first);
    if constexpr (sizeof...(Rest) != 0) rest.for_each(f);
  }
  template <class F>
  QX_INLINE constexpr void for_each(F&& f) {
    f(first);
    if constexpr (sizeof...(Rest) != 0) rest.for_each(f);
  }
};
template <class... T>
bundle(T...) -> bundle<T...>;

template <std::size_t I, class First, class... Rest>
[[nodiscard]] QX_INLINE constexpr const auto& get(const bundle<First, Rest...>& g) {
  if constexpr (I == 0)
    return g.first;
  else
    return get<I - 1>(g.rest);
}
template <std::size_t I, class First, class... Rest>
[[nodiscard]] QX_INLINE constexpr auto& get(bundle<First, Rest...>& g) {
  if constexpr (I == 0)
    return g.first;
  else
    return get<I - 1>(g.rest);
}
template <std::size_t I, class First, class... Rest>
[[nodiscard]] QX_INLINE constexpr auto&& get(bundle<First, Rest...>&& g) {
  return std::move(get<I>(g));
}

/// The members of all bundles, from left to right.
[[nodiscard]] QX_INLINE constexpr bundle<> joined() { return {}; }
template <class... A>
[[nodiscard]] QX_INLINE constexpr bundle<A...> joined(const bundle<A...>& all) {
  return all;
}
template <class... A, class... B, class... Rest>
[[nodiscard]] QX_INLINE constexpr auto joined(const bundle<A...>& a, const bundle<B...>& b,
                                              const Rest&... rest) {
  return a.apply([&](const A&... x) QX_INLINE_LAMBDA {
    return b.apply([&](const B&... y) QX_INLINE_LAMBDA {
      return joined(bundle<A..., B...>{x..., y...}, rest...);
    });
  });
}

}  // namespace qx

template <class... T>
struct std::tuple_size<qx::bundle<T...>> : std::integral_constant<std::size_t, sizeof...(T)> {};
template <std::size_t I, class... T>
struct std::tuple_element<I, qx::bundle<T...>> : std::tuple_element<I, std::tuple<T...>> {};
