// SPDX-License-Identifier: MIT
/// \file
/// What the integer and the float tiles share: how columns are dealt out and how a run-time column
/// count becomes a template argument.
#pragma once

#include <qx/core/config.hpp>
#include <qx/kernel/table.hpp>

#include <cstddef>
#include <cstring>

namespace qx::kernel::inline QX_ARCH {

/// A value that lies among bytes, wherever.
template <class T>
QX_INLINE T read(const std::byte* p) {
  T value;
  std::memcpy(&value, p, sizeof value);
  return value;
}

template <std::size_t N>
struct count {
  static constexpr std::size_t value = N;
};

/// Calls f(count<0>{}) … f(count<N - 1>{}).
template <std::size_t N, class F>
QX_INLINE void for_counts(F f) {
  if constexpr (N > 0) {
    for_counts<N - 1>(f);
    f(count<N - 1>{});
  }
}

/// Calls f(count<n>{}) for 1 ≤ n ≤ Max.
template <std::size_t Max, class F>
QX_INLINE void with_count(std::size_t n, F f) {
  if constexpr (Max == 1) {
    f(count<1>{});
  } else {
    if (n >= Max)
      f(count<Max>{});
    else
      with_count<Max - 1>(n, f);
  }
}

/// The same for Least ≤ n ≤ Most.
template <std::size_t Least, std::size_t Most, class F>
QX_INLINE void with_count_between(std::size_t n, F f) {
  with_count<Most - Least + 1>(n - (Least - 1), [&](auto c) QX_INLINE_LAMBDA {
    f(count<decltype(c)::value + Least - 1>{});
  });
}

/// Activations of one pass over the panels should stay in half of a small second-level cache.
inline constexpr std::size_t pass_bytes = 512 * 1024;

/// Columns per pass over the panels, a multiple of the tile's width.
QX_INLINE std::size_t columns_per_pass(std::size_t row_bytes, std::size_t tile) {
  const std::size_t fitting = pass_bytes / (row_bytes == 0 ? 1 : row_bytes) / tile * tile;
  return fitting == 0 ? tile : fitting;
}

/// Tiles of at most `widest` that columns are dealt out in.
[[nodiscard]] QX_INLINE constexpr std::size_t column_tiles(std::size_t columns,
                                                           std::size_t widest) {
  return (columns + widest - 1) / widest;
}

/// Calls f(first, count) for tiles of at most `widest` columns, as even as possible: nine columns
/// are five and four, not eight and one.
template <class F>
QX_INLINE void for_column_tiles(std::size_t columns, std::size_t widest, F f) {
  const std::size_t tiles = column_tiles(columns, widest);
  if (tiles == 0) return;
  const std::size_t narrow = columns / tiles, wider = columns - narrow * tiles;
  std::size_t first = 0;
  for (std::size_t t = 0; t < tiles; ++t) {
    const std::size_t n = narrow + (t < wider ? 1 : 0);
    f(first, n);
    first += n;
  }
}

/// The narrowest tile that more than `few` columns are dealt out in.
consteval std::size_t narrowest_tile(std::size_t few, std::size_t widest) {
  std::size_t least = widest;
  for (std::size_t n = few + 1; n <= few + widest * widest; ++n) {
    const std::size_t narrow = n / column_tiles(n, widest);
    least = narrow < least ? narrow : least;
  }
  return least;
}

}  // namespace qx::kernel::inline QX_ARCH
