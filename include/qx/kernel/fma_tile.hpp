// SPDX-License-Identifier: MIT
/// \file
/// Matmul of a panel of 16 rows with float activations. Weights are decoded block by block into a
/// small [k, 16] buffer that stays in the first-level cache and serves all columns of the pass.
///
/// A format names its block (elements and bytes of one row), which bytes of it are binary16
/// numbers, and how an interleaved block becomes floats. A panel is a chain of such blocks; within
/// a block byte i of all 16 rows lies together (and the two bytes of a binary16 number as one), so
/// a panel has exactly the bytes of its rows.
#pragma once

#include <qx/kernel/activations.hpp>
#include <qx/kernel/tiling.hpp>
#include <qx/simd/lanes.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace qx::kernel::inline QX_ARCH {

/// Widest tile and independent sums per column: enough chains to hide the latency of an addition,
/// few enough to stay in registers.
inline constexpr std::size_t fma_columns = simd::parts == 1 ? 6 : simd::parts == 2 ? 3 : 2;
inline constexpr std::size_t fma_chains = simd::parts == 1 ? 4 : simd::parts == 2 ? 2 : 1;

/// Elements decoded at a time: 16 KiB of floats.
inline constexpr std::size_t fma_block = 256;

/// out[c][16] += weights [n, 16] · x[c][n], or = for the first block of a row. Element k of the
/// block joins sum k mod chains; the sums are added pairwise at the end.
template <std::size_t Columns>
void fma_block_of_panel(const float* weights, std::size_t n, const float* x, std::size_t x_stride,
                        float* out, std::size_t out_stride, bool first) {
  simd::f32x16 sum[fma_chains][Columns];
#pragma GCC unroll 16
  for (std::size_t c = 0; c < Columns; ++c) {
    sum[0][c] = first ? simd::all16(0.0f) : simd::load16(out + c * out_stride);
#pragma GCC unroll 4
    for (std::size_t s = 1; s < fma_chains; ++s)
      sum[s][c] = simd::all16(0.0f);
  }
  const auto step = [&](std::size_t k, std::size_t s) QX_INLINE_LAMBDA {
    const simd::f32x16 w = simd::load16(weights + k * panel_rows);
#pragma GCC unroll 16
    for (std::size_t c = 0; c < Columns; ++c)
      sum[s][c] = simd::fma16(w, simd::all16(x[c * x_stride + k]), sum[s][c]);
  };
  std::size_t k = 0;
  for (; k + fma_chains <= n; k += fma_chains)
    for_counts<fma_chains>([&](auto s) QX_INLINE_LAMBDA { step(k + s.value, s.value); });
  for_counts<fma_chains - 1>([&](auto s) QX_INLINE_LAMBDA {
    if (k + s.value < n) step(k + s.value, s.value);
  });
#pragma GCC unroll 16
  for (std::size_t c = 0; c < Columns; ++c) {
#pragma GCC unroll 4
    for (std::size_t width = fma_chains / 2; width > 0; width /= 2)
      for (std::size_t s = 0; s < width; ++s)
        sum[s][c] = sum[s][c] + sum[s + width][c];
    simd::store16(out + c * out_stride, sum[0][c]);
  }
}

/// Byte i of every row side by side; numbers of 16 bits keep their two bytes together.
template <class Format>
void interleave_block(const std::byte* source, std::size_t row, std::byte* block) {
  for (std::size_t i = 0; i < Format::source_bytes;) {
    const std::size_t width = Format::is_half(i) ? 2 : 1;
    std::memcpy(block + i * panel_rows + row * width, source + i, width);
    i += width;
  }
}

/// Byte `i` of a block's 16 rows.
QX_INLINE simd::u8x16 byte_of_rows(const std::byte* block, std::size_t i) {
  return simd::load_bytes(block + i * panel_rows);
}
/// The binary16 number whose first byte is byte `i`.
QX_INLINE simd::f32x16 half_of_rows(const std::byte* block, std::size_t i) {
  return simd::load16_f16(block + i * panel_rows);
}

template <class Format>
struct fma_matmul {
  static constexpr activation input = activation::f32;
  static constexpr std::size_t unit_bytes = Format::source_bytes * panel_rows;

  static std::size_t panel_bytes(std::size_t k) {
    return round_up(k / Format::elements * unit_bytes, line_bytes);
  }

  static void pack(const std::byte* source, std::size_t row_stride, std::size_t rows, std::size_t k,
                   std::byte* panel) {
    std::memset(panel, 0, panel_bytes(k));
    for (std::size_t block = 0; block < k / Format::elements; ++block)
      for (std::size_t row = 0; row < rows; ++row)
        Format::pack_row(source + row * row_stride + block * Format::source_bytes, row,
                         panel + block * unit_bytes);
  }

  static void tile(const std::byte* panels, std::size_t panel_count, std::size_t k,
                   const std::byte* x, std::size_t x_stride, std::size_t columns, float* out,
                   std::size_t out_stride) {
    const std::size_t pass = columns_per_pass(x_stride, fma_columns);
    for (std::size_t done = 0; done < columns; done += pass) {
      const std::size_t n = columns - done < pass ? columns - done : pass;
      for (std::size_t p = 0; p < panel_count; ++p)
        panel_times_columns(panels + p * panel_bytes(k), k, x + done * x_stride, x_stride, n,
                            out + done * out_stride + p * panel_rows, out_stride);
    }
  }

  /// Sixteen blocks of the row stand in for one block of sixteen rows.
  static void decode(const std::byte* row, std::size_t k, float* out) {
    alignas(64) std::byte unit[unit_bytes] = {};
    alignas(64) float buffer[Format::elements * panel_rows];
    const std::size_t blocks = k / Format::elements;
    for (std::size_t first = 0; first < blocks; first += panel_rows) {
      const std::size_t n = blocks - first < panel_rows ? blocks - first : panel_rows;
      for (std::size_t b = 0; b < n; ++b)
        Format::pack_row(row + (first + b) * Format::source_bytes, b, unit);
      Format::decode(unit, buffer);
      for (std::size_t b = 0; b < n; ++b)
        for (std::size_t i = 0; i < Format::elements; ++i)
          out[(first + b) * Format::elements + i] = buffer[i * panel_rows + b];
    }
  }

 private:
  static void panel_times_columns(const std::byte* panel, std::size_t k, const std::byte* x,
                                  std::size_t x_stride, std::size_t columns, float* out,
                                  std::size_t out_stride) {
    alignas(64) float buffer[fma_block * panel_rows];
    if (k == 0)
      for (std::size_t c = 0; c < columns; ++c)
        simd::store16(out + c * out_stride, simd::all16(0));
    for (std::size_t begin = 0; begin < k; begin += fma_block) {
      const std::size_t n = k - begin < fma_block ? k - begin : fma_block;
      for (std::size_t i = 0; i < n; i += Format::elements)
        Format::decode(panel + (begin + i) / Format::elements * unit_bytes,
                       buffer + i * panel_rows);
      for_column_tiles(columns, fma_columns, [&](std::size_t c, std::size_t m) QX_INLINE_LAMBDA {
        const auto* from = reinterpret_cast<const float*>(x + c * x_stride) + begin;
        with_count<fma_columns>(m, [&](auto width) QX_INLINE_LAMBDA {
          fma_block_of_panel<decltype(width)::value>(buffer, n, from, x_stride / sizeof(float),
                                                     out + c * out_stride, out_stride, begin == 0);
        });
      });
    }
  }
};

}  // namespace qx::kernel::inline QX_ARCH
