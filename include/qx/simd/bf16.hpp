// SPDX-License-Identifier: MIT
/// \file
/// Dot products of pairs of bfloat16 numbers: sixteen rows, two elements of each in a step. Only
/// where the machine has them; elsewhere bfloat16 weights are widened to floats.
#pragma once

#include <qx/simd/lanes.hpp>

#include <cstdint>
#include <cstring>

namespace qx::simd::inline QX_ARCH {

#if defined(__AVX512BF16__)

inline constexpr bool has_bf16_dot = true;

/// Elements 2i and 2i + 1 are the pair of row i.
struct bf16_pairs {
  __m512bh value;
};
QX_INLINE bf16_pairs load_bf16_pairs(const void* p) { return {(__m512bh)_mm512_loadu_si512(p)}; }
/// The same pair for all rows.
QX_INLINE bf16_pairs all_bf16_pairs(const void* p) {
  std::int32_t pair;
  std::memcpy(&pair, p, sizeof pair);
  return {(__m512bh)_mm512_set1_epi32(pair)};
}
/// sum + a[0] · b[0] + a[1] · b[1] in each row; numbers below 2^-126 count as zero.
QX_INLINE f32x16 bf16_dot(const f32x16& sum, const bf16_pairs& a, const bf16_pairs& b) {
  return {{_mm512_dpbf16_ps(sum.part[0], a.value, b.value)}};
}

#else

inline constexpr bool has_bf16_dot = false;

#endif

}  // namespace qx::simd::inline QX_ARCH
