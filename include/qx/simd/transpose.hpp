// SPDX-License-Identifier: MIT
/// \file
/// Sixteen rows of sixteen floats become sixteen columns, in registers.
#pragma once

#include <qx/simd/lanes.hpp>

#include <utility>

namespace qx::simd::inline QX_ARCH {

namespace impl {

/// Of two rows that are `Distance` apart, the two that they become when blocks of that size change
/// places across the diagonal (Eklundh 1972).
template <int Distance, int... Lane>
QX_INLINE void exchange(vf& a, vf& b, std::integer_sequence<int, Lane...>) {
  const vf low =
      __builtin_shufflevector(a, b, ((Lane & Distance) != 0 ? width + Lane - Distance : Lane)...);
  b = __builtin_shufflevector(a, b, ((Lane & Distance) != 0 ? width + Lane : Lane + Distance)...);
  a = low;
}

template <int Distance>
QX_INLINE void transpose_square(vf (&rows)[width]) {
#pragma GCC unroll 16
  for (int i = 0; i < width; ++i)
    if ((i & Distance) == 0)
      exchange<Distance>(rows[i], rows[i + Distance], std::make_integer_sequence<int, width>{});
  if constexpr (Distance > 1) transpose_square<Distance / 2>(rows);
}

}  // namespace impl

/// Lane j of row i becomes lane i of row j.
QX_INLINE void transpose16(f32x16 (&rows)[16]) {
  f32x16 columns[16];
#pragma GCC unroll 4
  for (int below = 0; below < parts; ++below)
#pragma GCC unroll 4
    for (int right = 0; right < parts; ++right) {
      vf square[width];
#pragma GCC unroll 16
      for (int i = 0; i < width; ++i)
        square[i] = rows[below * width + i].part[right];
      impl::transpose_square<width / 2>(square);
#pragma GCC unroll 16
      for (int i = 0; i < width; ++i)
        columns[right * width + i].part[below] = square[i];
    }
#pragma GCC unroll 16
  for (int i = 0; i < 16; ++i)
    rows[i] = columns[i];
}

}  // namespace qx::simd::inline QX_ARCH
