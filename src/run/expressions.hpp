// SPDX-License-Identifier: MIT
/// \file
/// What a sampler adds to the language of expressions.
#pragma once

#include <qx/qx.hpp>
#include <qx/simd/horizontal.hpp>
#include <qx/simd/math.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>
#include <utility>

namespace qx::sampling::inline QX_ARCH {

namespace impl {
using floats = simd::pack<float>;

/// e^x for x <= 0, within 4 units in the last place; 0 below -87 and for -infinity. What is left
/// of `simd::exp` where nothing overflows: ln 2 in two parts, a polynomial of degree 5 for
/// |r| <= ln2/2 (relative error 1.1e-7), and 2^n added to the exponent. No fused operations, so
/// that every arch gives the same bits.
[[nodiscard]] QX_INLINE floats exp_of_negative(floats x) {
  constexpr float least = -87.0f;       // its result is still a normal number
  constexpr float magic = 12582912.0f;  // 1.5 · 2^23: adding it rounds to an integer
  const floats clamped = max(x, floats(least));
  const floats shifted = clamped * floats(1.44269504f) + floats(magic);
  const floats n = shifted - floats(magic);
  const floats r = (clamped - n * floats(0.693359375f)) - n * floats(-2.12194440e-4f);
  const floats square = r * r;
  const floats high = floats(8.31250101e-3f) * r + floats(4.18903306e-2f);
  const floats low = floats(1.66671157e-1f) * r + floats(4.99992311e-1f);
  const floats p = (high * square + low) * square + (r + floats(1.0f));
  // The bits of `shifted` are those of `magic` plus n, and those of `magic` vanish in the shift.
  const auto power = simd::detail::shift_left<23>(simd::detail::as_int(shifted));
  const floats y = simd::detail::as_float(simd::detail::as_int(p) + power);
  return select(x > floats(least), y, floats(0.0f));
}
}  // namespace impl

/// The weight of a logit in the draw, e^((logit - origin) · scale); no logit is above the origin.
struct weight_op {
  static constexpr op_cost cost{20, 1};
  static constexpr std::string_view name = "weight";
  float origin, scale;
  [[nodiscard]] QX_INLINE impl::floats operator()(impl::floats logit) const {
    return impl::exp_of_negative((logit - impl::floats(origin)) * impl::floats(scale));
  }
  [[nodiscard]] QX_INLINE float operator()(float logit) const {
    return (*this)(impl::floats(logit)).lane(0);
  }
};

/// The weights of logits; `scale` is 1 / temperature.
template <Operand A>
[[nodiscard]] QX_INLINE constexpr auto weight_of(A&& logits, float origin, float scale) {
  return make_map(weight_op{origin, scale}, std::forward<A>(logits));
}

/// `monoid::sum` with the lanes added up in registers, in the same order: blocks are short, so
/// that a detour through memory would cost as much as the block.
struct sum_monoid : monoid::sum {
  template <class V>
  [[nodiscard]] QX_INLINE static monoid::one_value<float> collapse(monoid::one_value<V> s) {
    return {simd::fold_sum(s.value)};
  }
};

/// The largest element, or NaN where there is one: finding bad logits costs no sweep of its own.
struct largest_or_nan_monoid {
  static constexpr std::string_view name = "largest_or_nan";
  static constexpr op_cost cost{3, 0};
  template <class T>
  using result = T;
  /// The bits of a NaN's magnitude are above those of infinity, which no maximum forgets.
  template <class V>
  struct state {
    V largest;
    std::conditional_t<std::is_same_v<V, float>, std::int32_t, simd::pack<std::int32_t>> magnitude;
  };
  template <class V>
  [[nodiscard]] QX_INLINE static constexpr V neutral() {
    return V(-std::numeric_limits<float>::infinity());
  }
  template <class V>
  [[nodiscard]] QX_INLINE static state<V> start() {
    return {neutral<V>(), simd::pack<std::int32_t>(0)};
  }
  template <class V, class I>
  QX_INLINE static void step(state<V>& s, V x, I) {
    s.largest = max(x, s.largest);
    s.magnitude = max(simd::detail::as_int(abs(x)), s.magnitude);
  }
  template <class V>
  [[nodiscard]] QX_INLINE static state<V> merge(state<V> a, state<V> b) {
    return {max(b.largest, a.largest), max(b.magnitude, a.magnitude)};
  }
  template <class V>
  [[nodiscard]] QX_INLINE static state<float> collapse(state<V> s) {
    if ((s.magnitude > simd::pack<std::int32_t>(0x7f800000)).any())
      return {std::numeric_limits<float>::quiet_NaN(), 0};
    return {simd::largest_lane(s.largest), 0};
  }
  template <class T>
  [[nodiscard]] QX_INLINE static constexpr T finish(state<T> s, std::size_t) {
    return s.largest;
  }
};

template <Operand A, class Axis>
[[nodiscard]] QX_INLINE constexpr auto largest_or_nan(A&& a, over_axis<Axis>) {
  return reduce_node<largest_or_nan_monoid, Axis{}, node_t<A>>{{}, {}, as_node(std::forward<A>(a))};
}

/// The sum of the weights of logits.
template <Operand A, class Axis>
[[nodiscard]] QX_INLINE constexpr auto weight_sum(A&& logits, float origin, float scale,
                                                  over_axis<Axis>) {
  return qx::impl::make_reduce<sum_monoid, Axis>({},
                                                 weight_of(std::forward<A>(logits), origin, scale));
}

}  // namespace qx::sampling::inline QX_ARCH
