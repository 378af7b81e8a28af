// SPDX-License-Identifier: MIT
/// \file
/// Matmul of a panel of 16 rows with int8 activations. A format names its integer dot product, the
/// bytes of a block and how the block's codes become groups of four weights; the rest is here.
///
/// A panel is a chain of chunks of 64 elements, in the order in which they are read: 2 · 16 scales
/// (binary16), then the codes of the first block of 32 and of the second. For each block
///   sum += scale_x · (scale_w · Σ code_w · code_x),
/// the integer sum exact. The scale of x comes last because it may be huge: the product in
/// brackets is always finite, so a zero never meets an infinity.
///
/// Every column is computed alone and in the same order whatever the tile's width, so a batch
/// gives the bits that its columns give one by one.
#pragma once

#include <qx/kernel/activations.hpp>
#include <qx/kernel/tiling.hpp>
#include <qx/simd/dot.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace qx::kernel::inline QX_ARCH {

/// Widest tile: its integer sums must stay in registers beside two groups of weights.
inline constexpr std::size_t dot_columns = simd::parts == 1 ? 8 : simd::parts == 2 ? 4 : 2;

/// How far ahead of the first column tile weights are fetched into the second-level cache.
inline constexpr std::size_t prefetch_distance = 12 * 1024;

template <class T>
QX_INLINE T read(const std::byte* p) {
  T value;
  std::memcpy(&value, p, sizeof value);
  return value;
}

template <class Format>
inline constexpr std::size_t dot_chunk_bytes = 2 * (2 * panel_rows + Format::block_bytes);

template <class Format, std::size_t Columns>
QX_INLINE void dot_block(const std::byte* codes, const simd::f32x16& scale, const std::byte* x,
                         std::size_t x_stride, std::size_t half, simd::f32x16* sum) {
  using dot = typename Format::dot;
  const std::byte* corrections = x + Format::correction_offset + half * 4;
  const std::byte* scales = x + offsetof(q8_chunk_layout, scale) + half * 4;
  simd::i32x16 total[Columns];
#pragma GCC unroll 16
  for (std::size_t c = 0; c < Columns; ++c)
    total[c] = dot::start(read<std::int32_t>(corrections + c * x_stride));
  Format::groups(codes, [&](std::size_t group, const typename dot::weights& w) QX_INLINE_LAMBDA {
    const std::byte* four = x + half * q8_block + group * 4;
#pragma GCC unroll 16
    for (std::size_t c = 0; c < Columns; ++c)
      total[c] = dot::add(total[c], w, read<std::int32_t>(four + c * x_stride));
  });
#pragma GCC unroll 16
  for (std::size_t c = 0; c < Columns; ++c) {
    const auto whole = dot::total(total[c], read<std::int32_t>(corrections + c * x_stride));
    sum[c] = simd::fma16(simd::to_float(whole) * scale,
                         simd::all16(read<float>(scales + c * x_stride)), sum[c]);
  }
}

/// One panel times `Columns` columns. `ahead` is 0 or how many bytes ahead to prefetch.
template <class Format, std::size_t Columns>
void dot_columns_of_panel(const std::byte* panel, std::size_t chunks, const std::byte* x,
                          std::size_t x_stride, float* out, std::size_t out_stride,
                          std::size_t ahead) {
  simd::f32x16 sum[Columns];
#pragma GCC unroll 16
  for (std::size_t c = 0; c < Columns; ++c)
    sum[c] = simd::all16(0.0f);
  for (std::size_t i = 0; i < chunks; ++i) {
    if (ahead != 0)
      for (std::size_t line = 0; line < dot_chunk_bytes<Format>; line += line_bytes)
        __builtin_prefetch(panel + ahead + line, 0, 2);
    const std::byte* codes = panel + 4 * panel_rows;
    dot_block<Format, Columns>(codes, simd::load16_f16(panel), x, x_stride, 0, sum);
    dot_block<Format, Columns>(codes + Format::block_bytes,
                               simd::load16_f16(panel + 2 * panel_rows), x, x_stride, 1, sum);
    panel += dot_chunk_bytes<Format>;
    x += sizeof(q8_chunk_layout);
  }
#pragma GCC unroll 16
  for (std::size_t c = 0; c < Columns; ++c)
    simd::store16(out + c * out_stride, sum[c]);
}

template <class Format>
struct dot_matmul {
  static constexpr activation input = activation::q8;

  static std::size_t panel_bytes(std::size_t k) { return q8_chunks(k) * dot_chunk_bytes<Format>; }

  static void pack(const std::byte* source, std::size_t row_stride, std::size_t rows, std::size_t k,
                   std::byte* panel) {
    std::memset(panel, 0, panel_bytes(k));
    for (std::size_t block = 0; block < k / q8_block; ++block) {
      std::byte* chunk = panel + block / 2 * dot_chunk_bytes<Format>;
      std::byte* scales = chunk + block % 2 * 2 * panel_rows;
      std::byte* codes = chunk + 4 * panel_rows + block % 2 * Format::block_bytes;
      for (std::size_t row = 0; row < rows; ++row) {
        const std::byte* from = source + row * row_stride + block * Format::source_bytes;
        std::memcpy(scales + 2 * row, from, 2);
        Format::pack_row(from + 2, row, codes);
      }
    }
  }

  static void tile(const std::byte* panels, std::size_t panel_count, std::size_t k,
                   const std::byte* x, std::size_t x_stride, std::size_t columns, float* out,
                   std::size_t out_stride) {
    const std::size_t pass = columns_per_pass(x_stride, dot_columns);
    for (std::size_t done = 0; done < columns; done += pass) {
      const std::size_t n = columns - done < pass ? columns - done : pass;
      for (std::size_t p = 0; p < panel_count; ++p)
        panel_times_columns(panels + p * panel_bytes(k), q8_chunks(k), x + done * x_stride,
                            x_stride, n, out + done * out_stride + p * panel_rows, out_stride);
    }
  }

  static void decode(const std::byte* row, std::size_t k, float* out) {
    for (std::size_t block = 0; block < k / q8_block; ++block) {
      const float scale = static_cast<float>(read<f16>(row));
      Format::decode_codes(row + 2, scale, out + block * q8_block);
      row += Format::source_bytes;
    }
  }

 private:
  static void panel_times_columns(const std::byte* panel, std::size_t chunks, const std::byte* x,
                                  std::size_t x_stride, std::size_t columns, float* out,
                                  std::size_t out_stride) {
    for_column_tiles(columns, dot_columns, [&](std::size_t first, std::size_t n) QX_INLINE_LAMBDA {
      const std::size_t ahead = first == 0 && columns > 1 ? prefetch_distance : 0;
      with_count<dot_columns>(n, [&](auto c) QX_INLINE_LAMBDA {
        dot_columns_of_panel<Format, decltype(c)::value>(panel, chunks, x + first * x_stride,
                                                         x_stride, out + first * out_stride,
                                                         out_stride, ahead);
      });
    });
  }
};

}  // namespace qx::kernel::inline QX_ARCH
