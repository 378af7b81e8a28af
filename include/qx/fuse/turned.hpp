// SPDX-License-Identifier: MIT
/// \file
/// Copies whose source lies across the destination: squares of sixteen rows are turned in
/// registers, so that both sides are read and written in whole lines.
#pragma once

#include <qx/fuse/target.hpp>
#include <qx/simd/transpose.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>

namespace qx::inline QX_ARCH {

namespace impl {

/// Whether an assignment copies floats and does nothing else.
template <class Target, class Expr>
inline constexpr bool is_copy = false;
template <class TA, class EA>
inline constexpr bool is_copy<basic_view<float, TA>, leaf<basic_view<const float, EA>>> =
    TA::rank >= 2;

/// Whether neighbours in the source are neighbours along the last outer axis.
template <class T, class E>
[[nodiscard]] QX_INLINE bool is_turned(const T& t, const E& e) {
  return t.steps.inner == 1 && e.steps.inner != 1 && e.steps.outer.back() == 1;
}

/// Up to sixteen rows of `n` elements: element j of row i comes from `from[j * across + i]`.
QX_INLINE void turn_rows(const float* from, std::ptrdiff_t across, float* to, std::ptrdiff_t row,
                         std::size_t rows, std::size_t n) {
  constexpr std::size_t side = 16;
  std::size_t j = 0;
  for (; rows == side && j + side <= n; j += side) {
    simd::f32x16 square[side];
#pragma GCC unroll 16
    for (std::size_t k = 0; k < side; ++k)
      square[k] = simd::load16(from + static_cast<std::ptrdiff_t>(j + k) * across);
    simd::transpose16(square);
#pragma GCC unroll 16
    for (std::size_t k = 0; k < side; ++k)
      simd::store16(to + static_cast<std::ptrdiff_t>(k) * row + j, square[k]);
  }
  for (; j < n; ++j)
    for (std::size_t i = 0; i < rows; ++i)
      to[static_cast<std::ptrdiff_t>(i) * row + static_cast<std::ptrdiff_t>(j)] =
          from[static_cast<std::ptrdiff_t>(j) * across + static_cast<std::ptrdiff_t>(i)];
}

/// Rows [first, last) of the space.
template <class T, class E, class Space>
QX_INLINE void copy_turned(const T& t, const E& e, const Space& s, std::size_t first,
                           std::size_t last) {
  constexpr std::size_t side = 16;
  for (std::size_t i = first; i < last;) {
    const auto r = s.row(i);
    const std::size_t rows = std::min({side, last - i, s.outer.back() - r.back()});
    turn_rows(e.base + e.steps.offset(r), e.steps.inner, t.base + t.steps.offset(r),
              t.steps.outer.back(), rows, s.inner);
    i += rows;
  }
}

}  // namespace impl

}  // namespace qx::inline QX_ARCH
