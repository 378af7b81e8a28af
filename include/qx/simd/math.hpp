// SPDX-License-Identifier: MIT
/// \file
/// Elementary functions on packs. Only multiplications and additions that round on their own, no
/// fused ones, so that every arch gives the same bits.
#pragma once

#include <qx/simd/fold.hpp>

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

/// Functions of so many instructions are inlined where a pack is one or two registers. Where it is
/// four, a call costs little beside them, and inlining costs the compiler seconds.
#if defined(__AVX__)
#define QX_INLINE_WIDE QX_INLINE
#else
#define QX_INLINE_WIDE [[gnu::noinline]] inline
#endif

namespace detail {
/// e^r for |r| <= ln2/2: a polynomial of degree 6.
[[nodiscard]] QX_INLINE pack<float> exp_of_rest(pack<float> r) {
  pack<float> p = pack<float>(1.9875691500e-4f);
  p = p * r + pack<float>(1.3981999507e-3f);
  p = p * r + pack<float>(8.3334519073e-3f);
  p = p * r + pack<float>(4.1665795894e-2f);
  p = p * r + pack<float>(1.6666665459e-1f);
  p = p * r + pack<float>(5.0000001201e-1f);
  return p * r * r + r + pack<float>(1.0f);
}
/// p · 2^n, 0 where x < low, infinity where x > high, NaN where x is.
[[nodiscard]] QX_INLINE pack<float> exp_scaled(pack<float> x, pack<float> p, pack<float> n,
                                               pack<float> shifted, float low, float high) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
#if defined(__AVX512F__)
  // One instruction scales; where it is asked the result is a normal number, so the bits are those
  // of two multiplications by powers of two.
  (void)shifted;
  return pack<float>::generate([&](std::size_t i) {
    const __m512 of = x.part[i];
    const __mmask16 some = _mm512_cmp_ps_mask(of, _mm512_set1_ps(low), _CMP_NLT_UQ);
    const __mmask16 large = _mm512_cmp_ps_mask(of, _mm512_set1_ps(high), _CMP_GT_OQ);
    const __m512 y = _mm512_maskz_scalef_ps(some, p.part[i], n.part[i]);
    return xsimd::batch<float>(_mm512_mask_blend_ps(large, y, _mm512_set1_ps(infinity)));
  });
#else
  // 2^n in two steps, so that n = 128 does not overflow the exponent field.
  (void)n;
  const pack<std::int32_t> bits = as_int(shifted) - pack<std::int32_t>(0x4b400000);
  const pack<std::int32_t> half = shift_right<1>(bits);
  const pack<std::int32_t> rest = bits - half;
  const pack<float> scale1 = as_float(shift_left<23>(half + pack<std::int32_t>(127)));
  const pack<float> scale2 = as_float(shift_left<23>(rest + pack<std::int32_t>(127)));
  const pack<float> some = select(x < pack<float>(low), pack<float>(0.0f), p * scale1 * scale2);
  const pack<float> all = select(x > pack<float>(high), pack<float>(infinity), some);
  return select(x != x, x, all);
#endif
}
}  // namespace detail

/// e^x, within 2 units in the last place; 0 below -87.3, +infinity above 88.7, NaN stays NaN.
/// Cody–Waite reduction by ln 2 in two parts and a polynomial on [-ln2/2, ln2/2].
[[nodiscard]] QX_INLINE_WIDE pack<float> exp(pack<float> x) {
  constexpr float magic = 12582912.0f;  // 1.5 · 2^23: adding it rounds to an integer
  constexpr float low = -87.33f, high = 88.72f;
#if defined(__AVX512F__)
  const pack<float> clamped = x;  // what lies outside is masked
#else
  const pack<float> clamped = select(x < pack<float>(low), pack<float>(low),
                                     select(x > pack<float>(high), pack<float>(high), x));
#endif
  const pack<float> shifted = clamped * pack<float>(1.44269504f) + pack<float>(magic);
  const pack<float> n = shifted - pack<float>(magic);
  const pack<float> r =
      (clamped - n * pack<float>(0.693359375f)) - n * pack<float>(-2.12194440e-4f);
  return detail::exp_scaled(x, detail::exp_of_rest(r), n, shifted, low, high);
}

/// 1 / (1 + e^-x).
[[nodiscard]] QX_INLINE pack<float> sigmoid(pack<float> x) {
  return pack<float>(1.0f) / (pack<float>(1.0f) + exp(-x));
}

/// Hyperbolic tangent, within 4 units in the last place: near 0 an odd polynomial (Moshier's
/// Cephes, tanhf), beyond it 1 - 2 / (e^2|x| + 1).
[[nodiscard]] QX_INLINE_WIDE pack<float> tanh(pack<float> x) {
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

#undef QX_INLINE_WIDE

}  // namespace qx::simd::inline QX_ARCH
