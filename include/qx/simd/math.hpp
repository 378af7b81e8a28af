// SPDX-License-Identifier: MIT
/// \file
/// Elementary functions on packs. Only multiplications and additions that round on their own, no
/// fused ones, so that every arch gives the same bits.
#pragma once

#include <qx/simd/fold.hpp>

#include <cmath>
#include <cstdint>

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
inline constexpr float rounding = 12582912.0f;  ///< 1.5 · 2^23: adding it rounds to an integer

/// 1 + r (c1 + r (c2 + … )): least relative error on the interval (Remez), each coefficient rounded
/// before the next ones were fitted; 0.06 and 0.09 · 2^-24, far below what rounding adds.
[[nodiscard]] QX_INLINE pack<float> exp_of_rest(pack<float> r) {
  pack<float> p = pack<float>(1.37453259e-3f);
  p = p * r + pack<float>(8.36894661e-3f);
  p = p * r + pack<float>(4.16696481e-2f);
  p = p * r + pack<float>(1.66665182e-1f);
  p = p * r + pack<float>(4.99999881e-1f);
  p = p * r + pack<float>(1.0f);
  return p * r + pack<float>(1.0f);
}
/// Here by pairs (Estrin): half of what one of its lanes waits for, where several packs wait.
[[nodiscard]] QX_INLINE pack<float> exp2_of_rest(pack<float> r) {
  pack<float> p = pack<float>(2.15659718e-4f);
  p = p * r + pack<float>(1.24822895e-3f);
  p = p * r + pack<float>(9.67377517e-3f);
  p = p * r + pack<float>(5.54861836e-2f);
  p = p * r + pack<float>(2.40229085e-1f);
  p = p * r + pack<float>(6.93147063e-1f);
  return p * r + pack<float>(1.0f);
}

#if defined(__AVX512F__)
/// p · 2^n where x >= low, 0 where it is below, NaN where x is. One instruction scales; where it is
/// asked the result is a normal number or infinite, so the bits are those of multiplications by
/// powers of two.
[[nodiscard]] QX_INLINE pack<float> scaled_from(float low, pack<float> x, pack<float> p,
                                                pack<float> n) {
  return pack<float>::generate([&](std::size_t i) {
    const __mmask16 some = _mm512_cmp_ps_mask(x.part[i], _mm512_set1_ps(low), _CMP_NLT_UQ);
    return xsimd::batch<float>(_mm512_maskz_scalef_ps(some, p.part[i], n.part[i]));
  });
}
#else
/// n from n + `rounding`; 2^n for n in [-126, 127].
[[nodiscard]] QX_INLINE pack<std::int32_t> integer_of(pack<float> shifted) {
  return as_int(shifted) - pack<std::int32_t>(0x4b400000);
}
[[nodiscard]] QX_INLINE pack<float> power_of_two(pack<std::int32_t> n) {
  return as_float(shift_left<23>(n + pack<std::int32_t>(127)));
}
#endif
}  // namespace detail

/// e^x, within 2 units in the last place; 0 below -87.3, infinity where no float is large enough,
/// NaN stays NaN. Cody–Waite reduction by ln 2 in two parts and a polynomial on [-ln2/2, ln2/2].
[[nodiscard]] QX_INLINE_WIDE pack<float> exp(pack<float> x) {
  constexpr float low = -87.33f, high = 89.0f;  // e^89 is infinite already
  const pack<float> below = min(pack<float>(high), x);  // NaN wins: it stands second
#if defined(__AVX512F__)
  const pack<float> clamped = below;  // what lies under `low` is masked
#else
  const pack<float> clamped = max(pack<float>(low), below);
#endif
  const pack<float> shifted = clamped * pack<float>(1.44269504f) + pack<float>(detail::rounding);
  const pack<float> n = shifted - pack<float>(detail::rounding);
  const pack<float> r =
      (clamped - n * pack<float>(0.693359375f)) - n * pack<float>(-2.12194440e-4f);
  const pack<float> p = detail::exp_of_rest(r);
#if defined(__AVX512F__)
  return detail::scaled_from(low, x, p, n);
#else
  // In two steps, so that 2^128 does not overflow the exponent field.
  const pack<std::int32_t> bits = detail::integer_of(shifted);
  const pack<std::int32_t> half = detail::shift_right<1>(bits);
  const pack<float> y = p * detail::power_of_two(half) * detail::power_of_two(bits - half);
  return select(x < pack<float>(low), pack<float>(0.0f), y);
#endif
}

/// 2^x for x <= 0, within 2 units in the last place; 0 below -126, NaN stays NaN. Less work than
/// `exp`: what is left of x above the integer below it is exact.
[[nodiscard]] QX_INLINE_WIDE pack<float> falling_exp2(pack<float> x) {
  constexpr float low = -126.0f;  // the least normal number
#if defined(__AVX512F__)
  const pack<float> n = floor(x);
  return detail::scaled_from(low, x, detail::exp2_of_rest(x - n), n);
#else
  const pack<float> clamped = max(pack<float>(low), x);
  const pack<float> n = floor(clamped);
  const pack<float> y = detail::exp2_of_rest(clamped - n) *
                        detail::power_of_two(convert<std::int32_t>(n));
  return select(x < pack<float>(low), pack<float>(0.0f), y);
#endif
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

/// What has no vector form here (all of it in double) goes lane by lane through the C library.
template <class T>
[[nodiscard]] QX_INLINE pack<T> exp(pack<T> x) {
  return lanewise([](T v) { return std::exp(v); }, x);
}
template <class T>
[[nodiscard]] QX_INLINE pack<T> falling_exp2(pack<T> x) {
  return lanewise([](T v) { return std::exp2(v); }, x);
}
template <class T>
[[nodiscard]] QX_INLINE pack<T> log(pack<T> x) {
  return lanewise([](T v) { return std::log(v); }, x);
}
template <class T>
[[nodiscard]] QX_INLINE pack<T> sin(pack<T> x) {
  return lanewise([](T v) { return std::sin(v); }, x);
}
template <class T>
[[nodiscard]] QX_INLINE pack<T> cos(pack<T> x) {
  return lanewise([](T v) { return std::cos(v); }, x);
}
template <class T>
[[nodiscard]] QX_INLINE pack<T> tanh(pack<T> x) {
  return lanewise([](T v) { return std::tanh(v); }, x);
}
template <class T>
[[nodiscard]] QX_INLINE pack<T> erf(pack<T> x) {
  return lanewise([](T v) { return std::erf(v); }, x);
}

#undef QX_INLINE_WIDE

}  // namespace qx::simd::inline QX_ARCH
