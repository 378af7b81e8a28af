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
template <int N>
QX_INLINE vi i_left(vi a) {
  return _mm_slli_epi32(a, N);
}
template <int N>
QX_INLINE vi i_right(vi a) {
  return _mm_srli_epi32(a, N);
}

#endif

}  // namespace qx::simd::inline QX_ARCH
#endif
