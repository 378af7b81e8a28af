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

namespace detail {

/// Copied by constructors of its own: of a trivial copy, which is one block of memory, GCC 12
/// forgets which extents and strides were constants.
template <std::size_t I, class T>
struct bundle_member {
  T value;

  QX_INLINE constexpr explicit bundle_member(const T& v) : value(v) {}
  QX_INLINE constexpr explicit bundle_member(T&& v) : value(std::move(v)) {}
  QX_INLINE constexpr bundle_member(const bundle_member& other) : value(other.value) {}
  QX_INLINE constexpr bundle_member(bundle_member&& other) noexcept
      : value(std::move(other.value)) {}
};

template <class Indices, class... T>
struct bundle_members;
template <std::size_t... I, class... T>
struct bundle_members<std::index_sequence<I...>, T...> : bundle_member<I, T>... {
  QX_INLINE constexpr bundle_members(const T&... v) : bundle_member<I, T>(v)... {}
  QX_INLINE constexpr bundle_members(T&&... v) : bundle_member<I, T>(std::move(v))... {}

  /// f(members…)
  template <class F>
  QX_INLINE constexpr decltype(auto) apply(F&& f) const {
    return f(static_cast<const bundle_member<I, T>&>(*this).value...);
  }
  template <class F>
  QX_INLINE constexpr decltype(auto) apply(F&& f) {
    return f(static_cast<bundle_member<I, T>&>(*this).value...);
  }
};
template <>
struct bundle_members<std::index_sequence<>> {
  template <class F>
  QX_INLINE constexpr decltype(auto) apply(F&& f) const {
    return f();
  }
};

}  // namespace detail

/// `bundle{a, b}` holds a copy of each; `get<I>(g)`, `g.apply(f)` and `auto& [x, y] = g` read it.
template <class... T>
struct bundle : detail::bundle_members<std::index_sequence_for<T...>, T...> {
  using detail::bundle_members<std::index_sequence_for<T...>, T...>::bundle_members;
};
template <class... T>
bundle(T...) -> bundle<T...>;

template <std::size_t I, class T>
[[nodiscard]] QX_INLINE constexpr const T& get(const detail::bundle_member<I, T>& member) {
  return member.value;
}
template <std::size_t I, class T>
[[nodiscard]] QX_INLINE constexpr T& get(detail::bundle_member<I, T>& member) {
  return member.value;
}
template <std::size_t I, class T>
[[nodiscard]] QX_INLINE constexpr T&& get(detail::bundle_member<I, T>&& member) {
  return static_cast<T&&>(member.value);
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
