// SPDX-License-Identifier: MIT
/// \file
/// What `simd/dot.hpp` needs of the native registers: bytes looked up in a table of sixteen, and
/// four bytes times four bytes in every lane, or what a machine has instead.
#pragma once

#include <qx/simd/native.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace qx::simd::inline QX_ARCH {

// Shifts move within lanes of 32 bits; the caller masks what came from the neighbour.
#if defined(__AVX512BW__)

QX_INLINE vi i_or(vi a, vi b) { return _mm512_or_si512(a, b); }
QX_INLINE vi i_left_by(vi a, int n) { return _mm512_slli_epi32(a, n); }
QX_INLINE vi i_right_by(vi a, int n) { return _mm512_srli_epi32(a, n); }
QX_INLINE vi i_repeat(const void* sixteen) { return _mm512_broadcast_i32x4(b_load(sixteen)); }
QX_INLINE vi i_look_up(vi table, vi index) { return _mm512_shuffle_epi8(table, index); }
#if defined(__AVX512VNNI__)
/// Adds the products of four unsigned weights and four signed activations to every lane.
QX_INLINE vi i_dot(vi sum, vi weights, vi x) { return _mm512_dpbusd_epi32(sum, weights, x); }
#else
QX_INLINE vi i_pairs(vi weights, vi x) { return _mm512_maddubs_epi16(weights, x); }
QX_INLINE vi i_pairs_of_pairs(vi a) { return _mm512_madd_epi16(a, _mm512_set1_epi16(1)); }
QX_INLINE vi i_add16(vi a, vi b) { return _mm512_add_epi16(a, b); }
QX_INLINE vi i_magnitude(vi a) { return _mm512_abs_epi8(a); }
QX_INLINE vi i_with_sign(vi x, vi sign) {
  return _mm512_mask_sub_epi8(x, _mm512_movepi8_mask(sign), _mm512_setzero_si512(), x);
}
#endif

#elif defined(__AVX2__)

QX_INLINE vi i_or(vi a, vi b) { return _mm256_or_si256(a, b); }
QX_INLINE vi i_left_by(vi a, int n) { return _mm256_slli_epi32(a, n); }
QX_INLINE vi i_right_by(vi a, int n) { return _mm256_srli_epi32(a, n); }
QX_INLINE vi i_repeat(const void* sixteen) { return _mm256_broadcastsi128_si256(b_load(sixteen)); }
QX_INLINE vi i_look_up(vi table, vi index) { return _mm256_shuffle_epi8(table, index); }
QX_INLINE vi i_pairs(vi weights, vi x) { return _mm256_maddubs_epi16(weights, x); }
QX_INLINE vi i_pairs_of_pairs(vi a) { return _mm256_madd_epi16(a, _mm256_set1_epi16(1)); }
QX_INLINE vi i_add16(vi a, vi b) { return _mm256_add_epi16(a, b); }
QX_INLINE vi i_magnitude(vi a) { return _mm256_abs_epi8(a); }
QX_INLINE vi i_with_sign(vi x, vi sign) { return _mm256_sign_epi8(x, sign); }

#elif defined(QX_NATIVE_X86)

QX_INLINE vi i_or(vi a, vi b) { return _mm_or_si128(a, b); }
QX_INLINE vi i_left_by(vi a, int n) { return _mm_slli_epi32(a, n); }
QX_INLINE vi i_right_by(vi a, int n) { return _mm_srli_epi32(a, n); }
QX_INLINE vi i_repeat(const void* sixteen) { return b_load(sixteen); }
QX_INLINE vi i_look_up(vi table, vi index) { return _mm_shuffle_epi8(table, index); }
QX_INLINE vi i_pairs(vi weights, vi x) { return _mm_maddubs_epi16(weights, x); }
QX_INLINE vi i_pairs_of_pairs(vi a) { return _mm_madd_epi16(a, _mm_set1_epi16(1)); }
QX_INLINE vi i_add16(vi a, vi b) { return _mm_add_epi16(a, b); }
QX_INLINE vi i_magnitude(vi a) { return _mm_abs_epi8(a); }
QX_INLINE vi i_with_sign(vi x, vi sign) { return _mm_sign_epi8(x, sign); }

#else

QX_INLINE vi i_or(vi a, vi b) { return a | b; }
QX_INLINE vi i_left_by(vi a, int n) { return a << n; }
QX_INLINE vi i_right_by(vi a, int n) { return a >> n; }
QX_INLINE vi i_repeat(const void* sixteen) { return load_as<vi>(sixteen); }
QX_INLINE vi i_look_up(vi table, vi index) {
  const b16 found = b_look_up(load_as<b16>(&table), load_as<b16>(&index));
  return load_as<vi>(&found);
}
/// Adds the products of four weights and four activations, all signed, to every lane.
#if defined(__ARM_FEATURE_DOTPROD)
QX_INLINE vi i_dot(vi sum, vi weights, vi x) {
  return vdotq_s32(sum, vreinterpretq_s8_s32(weights), vreinterpretq_s8_s32(x));
}
#elif defined(__ARM_NEON)
/// Two products fit 16 bits: −2 · 128 · 127 = −32512.
QX_INLINE vi i_dot(vi sum, vi weights, vi x) {
  const int8x16_t w = vreinterpretq_s8_s32(weights), a = vreinterpretq_s8_s32(x);
  const int16x8_t low = vmull_s8(vget_low_s8(w), vget_low_s8(a)), high = vmull_high_s8(w, a);
  return vpadalq_s16(sum, vpaddq_s16(low, high));
}
#else
QX_INLINE vi i_dot(vi sum, vi weights, vi x) {
  std::int8_t w[16], a[16];
  std::memcpy(w, &weights, 16);
  std::memcpy(a, &x, 16);
  for (int i = 0; i < 16; ++i)
    sum[i / 4] += w[i] * a[i];
  return sum;
}
#endif

#endif

#if defined(QX_NATIVE_X86)
/// The same number, of which the compiler knows nothing: sums are kept in the order written. GCC
/// would add up a whole block as a tree, with more partial sums than there are registers.
QX_INLINE vi i_pinned(vi a) {
  asm("" : "+v"(a));
  return a;
}
#endif

/// The step of a dot product of four-bit weights that a machine repeats fastest.
#if defined(__AVX512VNNI__) || !defined(QX_NATIVE_X86)
QX_INLINE vi u4_step(vi sum, vi weights, vi x) { return i_dot(sum, weights, x); }
#else
QX_INLINE vi u4_step(vi sum, vi weights, vi x) { return i_add16(sum, i_pairs(weights, x)); }
#endif

}  // namespace qx::simd::inline QX_ARCH
