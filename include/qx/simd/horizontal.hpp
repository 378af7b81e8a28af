// SPDX-License-Identifier: MIT
/// \file
/// Sixteen lanes into one number or into fewer lanes, without a detour through memory where the
/// machine can.
#pragma once

#include <qx/simd/fold.hpp>
#include <qx/simd/native.hpp>

#include <cstddef>
#include <cstdint>

namespace qx::simd::inline QX_ARCH {

#if defined(QX_NATIVE_X86)
namespace detail {
struct native_parts {
  vf part[pack<float>::parts];
  QX_INLINE explicit native_parts(const pack<float>& a) {
    for (std::size_t i = 0; i < pack<float>::parts; ++i)
      part[i] = a.part[i];
  }
};

QX_INLINE float f_largest_of_four(__m128 a) {
  const __m128 two = _mm_max_ps(a, _mm_movehl_ps(a, a));
  return _mm_cvtss_f32(_mm_max_ss(two, _mm_shuffle_ps(two, two, 1)));
}
#if defined(__AVX512BW__)
QX_INLINE __m128 f_largest_four(const vf* part) {
  const __m256 eight =
      _mm256_max_ps(_mm512_castps512_ps256(part[0]), _mm512_extractf32x8_ps(part[0], 1));
  return _mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
}
#elif defined(__AVX2__)
QX_INLINE __m128 f_largest_four(const vf* part) {
  const __m256 eight = _mm256_max_ps(part[0], part[1]);
  return _mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
}
#else
QX_INLINE __m128 f_largest_four(const vf* part) {
  return _mm_max_ps(_mm_max_ps(part[0], part[2]), _mm_max_ps(part[1], part[3]));
}
#endif
}  // namespace detail

/// The largest lane; none may be NaN.
[[nodiscard]] QX_INLINE float largest_lane(pack<float> a) {
  return detail::f_largest_of_four(detail::f_largest_four(detail::native_parts(a).part));
}
/// The sum of the lanes, in the order of `sum_lanes`.
[[nodiscard]] QX_INLINE float fold_sum(pack<float> a) {
  return f_sum(detail::native_parts(a).part);
}
#else
[[nodiscard]] QX_INLINE float largest_lane(pack<float> a) { return hmax(a); }
[[nodiscard]] QX_INLINE float fold_sum(pack<float> a) { return sum_lanes(a); }
#endif

/// The lanes where the mask is true, moved to the front in their order and stored with sixteen
/// lanes of room: what lies behind them is overwritten. Returns how many they are.
#if defined(__AVX512BW__)
[[nodiscard]] QX_INLINE std::size_t count_true(mask<float> m) {
  return static_cast<std::size_t>(_mm_popcnt_u32(m.part[0]));
}
QX_INLINE std::size_t compress(mask<float> m, pack<float> x, float* out) {
  _mm512_storeu_ps(out, _mm512_maskz_compress_ps(m.part[0], x.part[0]));
  return count_true(m);
}
QX_INLINE std::size_t compress(mask<float> m, pack<std::int32_t> x, std::int32_t* out) {
  _mm512_storeu_si512(out, _mm512_maskz_compress_epi32(m.part[0], x.part[0]));
  return count_true(m);
}
#else
namespace detail {
template <Lane T>
QX_INLINE std::size_t compress_lanes(mask<float> m, pack<T> x, T* out) {
  alignas(64) std::int32_t keep[lanes];
  alignas(64) T value[lanes];
  convert<std::int32_t>(m).store(keep);
  x.store(value);
  std::size_t n = 0;
  for (std::size_t i = 0; i < lanes; ++i) {
    out[n] = value[i];
    n += static_cast<std::size_t>(keep[i]);
  }
  return n;
}
}  // namespace detail
[[nodiscard]] QX_INLINE std::size_t count_true(mask<float> m) {
  return static_cast<std::size_t>(sum_lanes(convert<std::int32_t>(m)));
}
QX_INLINE std::size_t compress(mask<float> m, pack<float> x, float* out) {
  return detail::compress_lanes(m, x, out);
}
QX_INLINE std::size_t compress(mask<float> m, pack<std::int32_t> x, std::int32_t* out) {
  return detail::compress_lanes(m, x, out);
}
#endif

}  // namespace qx::simd::inline QX_ARCH
