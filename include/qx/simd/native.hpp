// SPDX-License-Identifier: MIT
/// \file
/// The widest registers of the instruction set this file is compiled for, under one set of names:
/// `vf` holds `width` floats, `vi` the same bits as integers. Everything else in the kernels is
/// written once on top of these.
#pragma once

#include <qx/core/config.hpp>

#include <cstddef>
#include <cstdint>

#if defined(__SSE4_1__)
#include <immintrin.h>
#define QX_NATIVE_X86 1
#else
#include <qx/simd/native_portable.hpp>
#endif

#if defined(QX_NATIVE_X86)
namespace qx::simd::inline QX_ARCH {

#if defined(__AVX512BW__)

using vf = __m512;
using vi = __m512i;
inline constexpr int width = 16;

QX_INLINE vf f_load(const float* p) { return _mm512_loadu_ps(p); }
QX_INLINE void f_store(float* p, vf a) { _mm512_storeu_ps(p, a); }
QX_INLINE vf f_all(float a) { return _mm512_set1_ps(a); }
QX_INLINE vf f_add(vf a, vf b) { return _mm512_add_ps(a, b); }
QX_INLINE vf f_sub(vf a, vf b) { return _mm512_sub_ps(a, b); }
QX_INLINE vf f_mul(vf a, vf b) { return _mm512_mul_ps(a, b); }
QX_INLINE vf f_max(vf a, vf b) { return _mm512_max_ps(a, b); }
QX_INLINE vf f_fma(vf a, vf b, vf c) { return _mm512_fmadd_ps(a, b, c); }
QX_INLINE vf f_of(vi a) { return _mm512_cvtepi32_ps(a); }
QX_INLINE vi i_round(vf a) { return _mm512_cvtps_epi32(a); }
QX_INLINE vf f_bits(vi a) { return _mm512_castsi512_ps(a); }
QX_INLINE vi i_bits(vf a) { return _mm512_castps_si512(a); }
QX_INLINE vi i_load(const void* p) { return _mm512_loadu_si512(p); }
QX_INLINE void i_store(void* p, vi a) { _mm512_storeu_si512(p, a); }
QX_INLINE vi i_all(std::int32_t a) { return _mm512_set1_epi32(a); }
QX_INLINE vi i_and(vi a, vi b) { return _mm512_and_si512(a, b); }
QX_INLINE vi i_add(vi a, vi b) { return _mm512_add_epi32(a, b); }
QX_INLINE vi i_max(vi a, vi b) { return _mm512_max_epi32(a, b); }
template <int N>
QX_INLINE vi i_left(vi a) {
  return _mm512_slli_epi32(a, N);
}
template <int N>
QX_INLINE vi i_right(vi a) {
  return _mm512_srli_epi32(a, N);
}

#elif defined(__AVX2__)

using vf = __m256;
using vi = __m256i;
inline constexpr int width = 8;

QX_INLINE vf f_load(const float* p) { return _mm256_loadu_ps(p); }
QX_INLINE void f_store(float* p, vf a) { _mm256_storeu_ps(p, a); }
QX_INLINE vf f_all(float a) { return _mm256_set1_ps(a); }
QX_INLINE vf f_add(vf a, vf b) { return _mm256_add_ps(a, b); }
QX_INLINE vf f_sub(vf a, vf b) { return _mm256_sub_ps(a, b); }
QX_INLINE vf f_mul(vf a, vf b) { return _mm256_mul_ps(a, b); }
QX_INLINE vf f_max(vf a, vf b) { return _mm256_max_ps(a, b); }
QX_INLINE vf f_fma(vf a, vf b, vf c) { return _mm256_fmadd_ps(a, b, c); }
QX_INLINE vf f_of(vi a) { return _mm256_cvtepi32_ps(a); }
QX_INLINE vi i_round(vf a) { return _mm256_cvtps_epi32(a); }
QX_INLINE vf f_bits(vi a) { return _mm256_castsi256_ps(a); }
QX_INLINE vi i_bits(vf a) { return _mm256_castps_si256(a); }
QX_INLINE vi i_load(const void* p) { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }
QX_INLINE void i_store(void* p, vi a) { _mm256_storeu_si256(static_cast<__m256i*>(p), a); }
QX_INLINE vi i_all(std::int32_t a) { return _mm256_set1_epi32(a); }
QX_INLINE vi i_and(vi a, vi b) { return _mm256_and_si256(a, b); }
QX_INLINE vi i_add(vi a, vi b) { return _mm256_add_epi32(a, b); }
QX_INLINE vi i_max(vi a, vi b) { return _mm256_max_epi32(a, b); }
template <int N>
QX_INLINE vi i_left(vi a) {
  return _mm256_slli_epi32(a, N);
}
template <int N>
QX_INLINE vi i_right(vi a) {
  return _mm256_srli_epi32(a, N);
}

#else  // SSE4.2

using vf = __m128;
using vi = __m128i;
inline constexpr int width = 4;

QX_INLINE vf f_load(const float* p) { return _mm_loadu_ps(p); }
QX_INLINE void f_store(float* p, vf a) { _mm_storeu_ps(p, a); }
QX_INLINE vf f_all(float a) { return _mm_set1_ps(a); }
QX_INLINE vf f_add(vf a, vf b) { return _mm_add_ps(a, b); }
QX_INLINE vf f_sub(vf a, vf b) { return _mm_sub_ps(a, b); }
QX_INLINE vf f_mul(vf a, vf b) { return _mm_mul_ps(a, b); }
QX_INLINE vf f_max(vf a, vf b) { return _mm_max_ps(a, b); }
QX_INLINE vf f_fma(vf a, vf b, vf c) { return _mm_add_ps(_mm_mul_ps(a, b), c); }
QX_INLINE vf f_of(vi a) { return _mm_cvtepi32_ps(a); }
QX_INLINE vi i_round(vf a) { return _mm_cvtps_epi32(a); }
QX_INLINE vf f_bits(vi a) { return _mm_castsi128_ps(a); }
QX_INLINE vi i_bits(vf a) { return _mm_castps_si128(a); }
QX_INLINE vi i_load(const void* p) { return _mm_loadu_si128(static_cast<const __m128i*>(p)); }
QX_INLINE void i_store(void* p, vi a) { _mm_storeu_si128(static_cast<__m128i*>(p), a); }
QX_INLINE vi i_all(std::int32_t a) { return _mm_set1_epi32(a); }
QX_INLINE vi i_and(vi a, vi b) { return _mm_and_si128(a, b); }
QX_INLINE vi i_add(vi a, vi b) { return _mm_add_epi32(a, b); }
QX_INLINE vi i_max(vi a, vi b) { return _mm_max_epi32(a, b); }
template <int N>
QX_INLINE vi i_left(vi a) {
  return _mm_slli_epi32(a, N);
}
template <int N>
QX_INLINE vi i_right(vi a) {
  return _mm_srli_epi32(a, N);
}

#endif

/// Sixteen bytes. Shifts move within 16-bit lanes: the caller masks what came from the neighbour.
using b16 = __m128i;
QX_INLINE b16 b_load(const void* p) { return _mm_loadu_si128(static_cast<const __m128i*>(p)); }
QX_INLINE b16 b_all(char a) { return _mm_set1_epi8(a); }
QX_INLINE b16 b_and(b16 a, b16 b) { return _mm_and_si128(a, b); }
QX_INLINE b16 b_or(b16 a, b16 b) { return _mm_or_si128(a, b); }
template <int Right>
QX_INLINE b16 b_shift(b16 a) {
  if constexpr (Right > 0) return _mm_srli_epi16(a, Right);
  if constexpr (Right < 0) return _mm_slli_epi16(a, -Right);
  return a;
}
QX_INLINE b16 b_look_up(b16 table, b16 index) { return _mm_shuffle_epi8(table, index); }

/// Four lanes into one: lanes 0 and 2, 1 and 3, then those.
QX_INLINE float f_sum_of_four(__m128 a) {
  const __m128 two = _mm_add_ps(a, _mm_movehl_ps(a, a));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

/// Four lanes into one.
QX_INLINE std::int32_t i_sum_of_four(__m128i a) {
  const __m128i two = _mm_add_epi32(a, _mm_shuffle_epi32(a, 0x4e));
  return _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, 0xb1)));
}
QX_INLINE std::int32_t i_max_of_four(__m128i a) {
  const __m128i two = _mm_max_epi32(a, _mm_shuffle_epi32(a, 0x4e));
  return _mm_cvtsi128_si32(_mm_max_epi32(two, _mm_shuffle_epi32(two, 0xb1)));
}

#if defined(__AVX512BW__)
QX_INLINE vi i_from_u8(b16 a, int) { return _mm512_cvtepu8_epi32(a); }
QX_INLINE vf f_from_u8(b16 a, int) { return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(a)); }
QX_INLINE vf f_from_i8(b16 a, int) { return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(a)); }
QX_INLINE vi i_from_u16(const void* p) {
  return _mm512_cvtepu16_epi32(_mm256_loadu_si256(static_cast<const __m256i*>(p)));
}
QX_INLINE vf f_from_f16(const void* p) {
  return _mm512_cvtph_ps(_mm256_loadu_si256(static_cast<const __m256i*>(p)));
}
/// Sixteen lanes folded 8 + 8, 4 + 4, 2 + 2, 1 + 1, on every instruction set.
QX_INLINE float f_sum(const vf* part) {
  const __m256 eight =
      _mm256_add_ps(_mm512_castps512_ps256(part[0]), _mm512_extractf32x8_ps(part[0], 1));
  return f_sum_of_four(_mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1)));
}
QX_INLINE std::int32_t i_sum(const vi* part) {
  const __m256i eight =
      _mm256_add_epi32(_mm512_castsi512_si256(part[0]), _mm512_extracti64x4_epi64(part[0], 1));
  return i_sum_of_four(
      _mm_add_epi32(_mm256_castsi256_si128(eight), _mm256_extracti128_si256(eight, 1)));
}
QX_INLINE std::int32_t i_largest(const vi* part) {
  const __m256i eight =
      _mm256_max_epi32(_mm512_castsi512_si256(part[0]), _mm512_extracti64x4_epi64(part[0], 1));
  return i_max_of_four(
      _mm_max_epi32(_mm256_castsi256_si128(eight), _mm256_extracti128_si256(eight, 1)));
}
/// Sixteen numbers as bytes; what a byte cannot hold is clamped.
QX_INLINE b16 b_from_i32(const vi* part) { return _mm512_cvtsepi32_epi8(part[0]); }
#elif defined(__AVX2__)
QX_INLINE float f_sum(const vf* part) {
  const __m256 eight = _mm256_add_ps(part[0], part[1]);
  return f_sum_of_four(_mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1)));
}
QX_INLINE std::int32_t i_sum(const vi* part) {
  const __m256i eight = _mm256_add_epi32(part[0], part[1]);
  return i_sum_of_four(
      _mm_add_epi32(_mm256_castsi256_si128(eight), _mm256_extracti128_si256(eight, 1)));
}
QX_INLINE std::int32_t i_largest(const vi* part) {
  const __m256i eight = _mm256_max_epi32(part[0], part[1]);
  return i_max_of_four(
      _mm_max_epi32(_mm256_castsi256_si128(eight), _mm256_extracti128_si256(eight, 1)));
}
QX_INLINE b16 b_from_i32(const vi* part) {
  const __m256i pairs = _mm256_permute4x64_epi64(_mm256_packs_epi32(part[0], part[1]), 0xd8);
  return _mm_packs_epi16(_mm256_castsi256_si128(pairs), _mm256_extracti128_si256(pairs, 1));
}
QX_INLINE b16 b_half(b16 a, int i) { return i == 0 ? a : _mm_srli_si128(a, 8); }
QX_INLINE vi i_from_u8(b16 a, int i) { return _mm256_cvtepu8_epi32(b_half(a, i)); }
QX_INLINE vf f_from_u8(b16 a, int i) {
  return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(b_half(a, i)));
}
QX_INLINE vf f_from_i8(b16 a, int i) {
  return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(b_half(a, i)));
}
QX_INLINE vi i_from_u16(const void* p) { return _mm256_cvtepu16_epi32(b_load(p)); }
QX_INLINE vf f_from_f16(const void* p) { return _mm256_cvtph_ps(b_load(p)); }
#else
QX_INLINE float f_sum(const vf* part) {
  return f_sum_of_four(_mm_add_ps(_mm_add_ps(part[0], part[2]), _mm_add_ps(part[1], part[3])));
}
QX_INLINE std::int32_t i_sum(const vi* part) {
  return i_sum_of_four(
      _mm_add_epi32(_mm_add_epi32(part[0], part[2]), _mm_add_epi32(part[1], part[3])));
}
QX_INLINE std::int32_t i_largest(const vi* part) {
  return i_max_of_four(
      _mm_max_epi32(_mm_max_epi32(part[0], part[2]), _mm_max_epi32(part[1], part[3])));
}
QX_INLINE b16 b_from_i32(const vi* part) {
  return _mm_packs_epi16(_mm_packs_epi32(part[0], part[1]), _mm_packs_epi32(part[2], part[3]));
}
QX_INLINE b16 b_quarter(b16 a, int i) {
  if (i == 1) return _mm_srli_si128(a, 4);
  if (i == 2) return _mm_srli_si128(a, 8);
  if (i == 3) return _mm_srli_si128(a, 12);
  return a;
}
QX_INLINE vi i_from_u8(b16 a, int i) { return _mm_cvtepu8_epi32(b_quarter(a, i)); }
QX_INLINE vf f_from_u8(b16 a, int i) { return _mm_cvtepi32_ps(_mm_cvtepu8_epi32(b_quarter(a, i))); }
QX_INLINE vf f_from_i8(b16 a, int i) { return _mm_cvtepi32_ps(_mm_cvtepi8_epi32(b_quarter(a, i))); }
QX_INLINE vi i_from_u16(const void* p) {
  return _mm_cvtepu16_epi32(_mm_loadl_epi64(static_cast<const __m128i*>(p)));
}
/// Exponent and mantissa sit 13 bits higher in a float; one multiplication mends the bias and the
/// subnormals with it, and infinities get the exponent that is missing.
QX_INLINE vf f_from_f16(const void* p) {
  const vi half = i_from_u16(p);
  const vi magnitude = i_left<13>(i_and(half, i_all(0x7fff)));
  const vi sign = i_left<16>(i_and(half, i_all(0x8000)));
  const vf scaled = f_mul(f_bits(magnitude), f_all(0x1p112f));
  const vi special = _mm_cmpgt_epi32(magnitude, i_all(0x0f7fffff));
  const vi lifted = _mm_and_si128(special, i_all(0x7f800000));
  return f_bits(_mm_or_si128(_mm_or_si128(i_bits(scaled), lifted), sign));
}
#endif

}  // namespace qx::simd::inline QX_ARCH
#endif
