// SPDX-License-Identifier: MIT
/// \file
/// What a sampler adds to the language of expressions.
#pragma once

#include <qx/qx.hpp>

#include <limits>
#include <string_view>
#include <utility>

namespace qx::sampling::inline QX_ARCH {

/// The largest element, or NaN where there is one: finding bad logits costs no sweep of its own.
struct largest_or_nan_monoid {
  static constexpr std::string_view name = "largest_or_nan";
  static constexpr op_cost cost{3, 0};
  template <class T>
  using result = T;
  template <class V>
  using state = monoid::one_value<V>;
  template <class V>
  [[nodiscard]] QX_INLINE static constexpr V neutral() {
    return V(-std::numeric_limits<float>::infinity());
  }
  template <class V>
  [[nodiscard]] QX_INLINE static constexpr state<V> start() {
    return {neutral<V>()};
  }
  template <class V, class I>
  QX_INLINE static constexpr void step(state<V>& s, V x, I) {
    // Ordered comparisons alone: a NaN is neither equal to itself nor at most the largest so far.
    s.value = op::where{}(s.value == s.value && !(x <= s.value), x, s.value);
  }
  template <class V>
  [[nodiscard]] QX_INLINE static constexpr state<V> merge(state<V> a, state<V> b) {
    step(a, b.value, 0);
    return a;
  }
  template <class T>
  [[nodiscard]] QX_INLINE static constexpr T finish(state<T> s, std::size_t) {
    return s.value;
  }
};

template <Operand A, class Axis>
[[nodiscard]] QX_INLINE constexpr auto largest_or_nan(A&& a, over_axis<Axis>) {
  return reduce_node<largest_or_nan_monoid, Axis{}, node_t<A>>{{}, {}, as_node(std::forward<A>(a))};
}

/// The weight of a logit in the draw; `scale` is 1 / temperature.
template <Operand A>
[[nodiscard]] QX_INLINE constexpr auto weight_of(A&& logits, float origin, float scale) {
  return exp((std::forward<A>(logits) - origin) * scale);
}

}  // namespace qx::sampling::inline QX_ARCH
