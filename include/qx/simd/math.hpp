// SPDX-License-Identifier: MIT
/// \file
/// Elementary functions on packs. Only multiplications and additions that round on their own, no
/// fused ones, so that every arch gives the same bits.
#pragma once

#include <qx/simd/pack.hpp>

#include <cmath>
#include <cstdint>
#include <limits>

namespace qx::simd::inline QX_ARCH {

namespace detail {
[[nodiscard]] QX_INLINE pack<float> as_float(pack<std::int32_t> a) {
  return pack<float>::generate(
      [&](std::size_t i) { return xsimd::bitwise_cast<xsimd::batch<float>>(a.part[i]); });
}
[[nodiscard]] QX_INLINE pack<std::int32_t> as_int(pack<float> a) {
  return pack<std::int32_t>::generate(
      [&](std::size_t i) { return xsimd::bitwise_cast<xsimd::batch<std::int32_t>>(a.part[i]); });
}
template <int Bits>
[[nodiscard]] QX_INLINE pack<std::int32_t> shift_left(pack<std::int32_t> a) {
  return pack<std::int32_t>::generate([&](std::size_t i) { return a.part[i] << Bits; });
}
template <int Bits>
[[nodiscard]] QX_INLINE pack<std::int32_t> shift_right(pack<std::int32_t> a) {
  return pack<std::int32_t>::generate([&](std::size_t i) { return a.part[i] >> Bits; });
}
}  // namespace detail

/// e^x, within 2 units in the last place; 0 below -87.3, +infinity above 88.7, NaN stays NaN.
/// Cody–Waite reduction by ln 2 in two parts and a degree-6 polynomial on [-ln2/2, ln2/2].
[[nodiscard]] QX_INLINE pack<float> exp(pack<float> x) {
  constexpr float magic = 12582912.0f;  // 1.5 · 2^23: adding it rounds to an integer
  const pack<float> clamped = select(x < pack<float>(-87.33f), pack<float>(-87.33f),
                                     select(x > pack<float>(88.72f), pack<float>(88.72f), x));
  const pack<float> shifted = clamped * pack<float>(1.44269504f) + pack<float>(magic);
  const pack<float> n = shifted - pack<float>(magic);
  const pack<float> r =
      (clamped - n * pack<float>(0.693359375f)) - n * pack<float>(-2.12194440e-4f);
  pack<float> p = pack<float>(1.9875691500e-4f);
  p = p * r + pack<float>(1.3981999507e-3f);
  p = p * r + pack<float>(8.3334519073e-3f);
  p = p * r + pack<float>(4.1665795894e-2f);
  p = p * r + pack<float>(1.6666665459e-1f);
  p = p * r + pack<float>(5.0000001201e-1f);
  p = p * r * r + r + pack<float>(1.0f);
  // 2^n in two steps, so that n = 128 does not overflow the exponent field.
  const pack<std::int32_t> bits = detail::as_int(shifted) - pack<std::int32_t>(0x4b400000);
  const pack<std::int32_t> half = detail::shift_right<1>(bits);
  const pack<std::int32_t> rest = bits - half;
  const pack<float> scale1 =
      detail::as_float(detail::shift_left<23>(half + pack<std::int32_t>(127)));
  const pack<float> scale2 =
      detail::as_float(detail::shift_left<23>(rest + pack<std::int32_t>(127)));
  const pack<float> y = p * scale1 * scale2;
  const pack<float> low = select(x < pack<float>(-87.33f), pack<float>(0.0f), y);
  const pack<float> high =
      select(x > pack<float>(88.72f), pack<float>(std::numeric_limits<float>::infinity()), low);
  return select(x != x, x, high);
}

/// 1 / (1 + e^-x).
[[nodiscard]] QX_INLINE pack<float> sigmoid(pack<float> x) {
  return pack<float>(1.0f) / (pack<float>(1.0f) + exp(-x));
}

/// Hyperbolic tangent, within 4 units in the last place: near 0 an odd polynomial (Moshier's
/// Cephes, tanhf), beyond it 1 - 2 / (e^2|x| + 1).
[[nodiscard]] QX_INLINE pack<float> tanh(pack<float> x) {
  const pack<float> size = abs(x);
  const pack<float> z = x * x;
  pack<float> p = pack<float>(-5.70498872745e-3f);
  p = p * z + pack<float>(2.06390887954e-2f);
  p = p * z + pack<float>(-5.37397155531e-2f);
  p = p * z + pack<float>(1.33314422036e-1f);
  p = p * z + pack<float>(-3.33332819422e-1f);
  const pack<float> near = p * z * x + x;
  const pack<float> far =
      pack<float>(1.0f) - pack<float>(2.0f) / (exp(size + size) + pack<float>(1.0f));
  return select(size < pack<float>(0.625f), near, select(x < pack<float>(0.0f), -far, far));
}

/// Functions without a vector form here go lane by lane through the C library.
[[nodiscard]] QX_INLINE pack<float> log(pack<float> x) {
  return lanewise([](float v) { return std::log(v); }, x);
}
[[nodiscard]] QX_INLINE pack<float> sin(pack<float> x) {
  return lanewise([](float v) { return std::sin(v); }, x);
}
[[nodiscard]] QX_INLINE pack<float> cos(pack<float> x) {
  return lanewise([](float v) { return std::cos(v); }, x);
}
[[nodiscard]] QX_INLINE pack<float> erf(pack<float> x) {
  return lanewise([](float v) { return std::erf(v); }, x);
}
[[nodiscard]] QX_INLINE pack<double> exp(pack<double> x) {
  return lanewise([](double v) { return std::exp(v); }, x);
}
[[nodiscard]] QX_INLINE pack<double> log(pack<double> x) {
  return lanewise([](double v) { return std::log(v); }, x);
}
[[nodiscard]] QX_INLINE pack<double> sin(pack<double> x) {
  return lanewise([](double v) { return std::sin(v); }, x);
}
[[nodiscard]] QX_INLINE pack<double> cos(pack<double> x) {
  return lanewise([](double v) { return std::cos(v); }, x);
}
[[nodiscard]] QX_INLINE pack<double> tanh(pack<double> x) {
  return lanewise([](double v) { return std::tanh(v); }, x);
}
[[nodiscard]] QX_INLINE pack<double> erf(pack<double> x) {
  return lanewise([](double v) { return std::erf(v); }, x);
}

}  // namespace qx::simd::inline QX_ARCH
