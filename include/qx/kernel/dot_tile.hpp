// SPDX-License-Identifier: MIT
/// \file
/// Matmul of panels of 16 rows with int8 activations. A format (a header in `kernel/format/`) names
/// its block, its integer dot product, how scales are read, whether codes begin at a lowest value,
/// and how a block's codes become groups of four weights; the rest is here.
///
/// A panel is a chain of chunks of 64 elements, in the order in which they are read: 2 · 16 scales,
/// 2 · 16 lowest values where there are any, then the codes of the first block of 32 and of the
/// second. For each block
///   sum += scale_x · (scale_w · Σ code_w · code_x) [+ lowest_w · (scale_x · Σ code_x)],
/// the integer sums exact. The scale of x comes last because it may be huge: the product in
/// brackets is always finite, so a zero never meets an infinity.
///
/// Every column of every panel is computed alone and in the same order whatever the tile, so a
/// batch gives the bits that its columns give one by one.
#pragma once

#include <qx/kernel/activations.hpp>
#include <qx/kernel/tiling.hpp>
#include <qx/simd/dot.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace qx::kernel::inline QX_ARCH {

/// Tiles are one panel by `dot_columns` columns, or two panels by `dot_pair_columns`, which halves
/// the loads of activations: the integer and the float sums must stay in registers.
inline constexpr std::size_t dot_columns = simd::parts == 1 ? 8 : simd::parts == 2 ? 4 : 2;
inline constexpr std::size_t dot_pair_columns = simd::parts == 1 ? 6 : 0;

/// Weights that a tile asks for while it multiplies others. With many columns the next panels are
/// on their way while these are worked on, a share with each chunk. Where one tile is all, the
/// distance is `fetch_distance`: far enough for memory, near enough to stay in the first-level
/// cache. Several columns of codes that are unpacked first leave it time: a line at a time, where a
/// chunk at once would fill the queues.
struct fetch_ahead {
  const std::byte* from;
  std::size_t lines_per_chunk;
  bool by_line;

  /// Before a chunk.
  QX_INLINE void step() {
    if (by_line) return;
    for (std::size_t line = 0; line < lines_per_chunk; ++line, from += line_bytes)
      __builtin_prefetch(from, 0, 3);
  }
  /// In the middle of one: the share of part `i` of `parts`.
  static constexpr std::size_t parts = 8;
  template <std::size_t ChunkBytes>
  QX_INLINE void part(std::size_t i) {
    constexpr std::size_t lines = (ChunkBytes + line_bytes - 1) / line_bytes;
    if (!by_line) return;
    for (std::size_t line = lines * i / parts; line < lines * (i + 1) / parts; ++line)
      __builtin_prefetch(from + line * line_bytes, 0, 3);
    if (i + 1 == parts) from += ChunkBytes;
  }
};
inline constexpr std::size_t fetch_distance = 8 * 1024;

template <class T>
QX_INLINE T read(const std::byte* p) {
  T value;
  std::memcpy(&value, p, sizeof value);
  return value;
}

/// The group of four activations that step 0 … 7 of a block multiplies with.
[[nodiscard]] QX_INLINE constexpr std::size_t dot_group(std::size_t step) {
  return step / 2 + step % 2 * 4;
}

/// Where the parts of a chunk of `Format` begin.
template <class Format>
struct dot_chunk {
  static constexpr std::size_t scale_bytes = Format::scale_bytes * panel_rows;
  static constexpr std::size_t lowest_bytes = Format::has_lowest ? scale_bytes : 0;
  static constexpr std::size_t lowest = 2 * scale_bytes;
  static constexpr std::size_t codes = lowest + 2 * lowest_bytes;
  static constexpr std::size_t bytes = codes + 2 * Format::code_bytes;
};

template <class Format, std::size_t Panels, std::size_t Columns>
struct dot_sums {
  simd::f32x16 of[Panels][Columns];
};

/// Where a block of 32 elements and what belongs to it begin, in panels and in activations.
template <class Format>
struct dot_place {
  std::size_t half;         ///< of its chunk
  const std::byte* fields;  ///< of the first panel: scales
  const std::byte* codes;   ///< of the first panel
  std::size_t panel_stride;
  const std::byte *x, *corrections, *scales, *scaled_sums;
  std::size_t x_stride;

  QX_INLINE dot_place(const std::byte* panel, std::size_t panels_apart,
                      const std::byte* activations, std::size_t columns_apart,
                      std::size_t half_of_chunk)
      : half(half_of_chunk), fields(panel + half_of_chunk * dot_chunk<Format>::scale_bytes),
        codes(panel + dot_chunk<Format>::codes + half_of_chunk * Format::code_bytes),
        panel_stride(panels_apart), x(activations + half_of_chunk * q8_block),
        corrections(activations + offsetof(q8_chunk_layout, minus_sum) + half_of_chunk * 4),
        scales(activations + offsetof(q8_chunk_layout, scale) + half_of_chunk * 4),
        scaled_sums(activations + offsetof(q8_chunk_layout, scaled_sum) + half_of_chunk * 4),
        x_stride(columns_apart) {}
  [[nodiscard]] QX_INLINE auto correction(std::size_t column) const {
    return simd::correction<Format::offset>(read<std::int32_t>(corrections + column * x_stride));
  }
};

/// total[p][c] = Σ code_w · code_x of a block.
template <class Format, std::size_t Panels, std::size_t Columns>
QX_INLINE void dot_codes(const dot_place<Format>& at,
                         typename Format::dot::sum (&total)[Panels][Columns], fetch_ahead& ahead) {
  using dot = typename Format::dot;
#pragma GCC unroll 16
  for (std::size_t c = 0; c < Columns; ++c) {
    const auto start = dot::start(at.correction(c));
#pragma GCC unroll 2
    for (std::size_t p = 0; p < Panels; ++p)
      total[p][c] = start;
  }
#pragma GCC unroll 8
  for (std::size_t step = 0; step < 8; ++step) {
    if (step % 2 == 0) ahead.part<dot_chunk<Format>::bytes>(at.half * 4 + step / 2);
    typename dot::weights w[Panels];
#pragma GCC unroll 2
    for (std::size_t p = 0; p < Panels; ++p)
      w[p] = Format::weights(at.codes + p * at.panel_stride, step);
    const std::byte* const four = at.x + dot_group(step) * 4;
#pragma GCC unroll 16
    for (std::size_t c = 0; c < Columns; ++c) {
      const auto all = simd::four_of_all(read<std::int32_t>(four + c * at.x_stride));
#pragma GCC unroll 2
      for (std::size_t p = 0; p < Panels; ++p)
        total[p][c] = dot::add(total[p][c], w[p], all, static_cast<int>(step));
    }
  }
}

/// One block of 32 elements: integer sums of all columns, then one multiply-add each.
template <class Format, std::size_t Panels, std::size_t Columns>
QX_INLINE void dot_block(const dot_place<Format>& at, dot_sums<Format, Panels, Columns>& sums,
                         fetch_ahead& ahead) {
  using dot = typename Format::dot;
  typename dot::sum total[Panels][Columns];
  dot_codes<Format, Panels, Columns>(at, total, ahead);
#pragma GCC unroll 2
  for (std::size_t p = 0; p < Panels; ++p) {
    const std::byte* const fields = at.fields + p * at.panel_stride;
    const simd::f32x16 scale = Format::load_scales(fields);
#pragma GCC unroll 16
    for (std::size_t c = 0; c < Columns; ++c) {
      const auto whole = dot::total(total[p][c], at.correction(c));
      sums.of[p][c] =
          simd::fma16(simd::to_float(whole) * scale,
                      simd::all16(read<float>(at.scales + c * at.x_stride)), sums.of[p][c]);
    }
    if constexpr (Format::has_lowest) {
      const simd::f32x16 lowest = Format::load_scales(fields + dot_chunk<Format>::lowest);
#pragma GCC unroll 16
      for (std::size_t c = 0; c < Columns; ++c)
        sums.of[p][c] = simd::fma16(
            lowest, simd::all16(read<float>(at.scaled_sums + c * at.x_stride)), sums.of[p][c]);
    }
  }
}

/// `Panels` panels times `Columns` columns.
template <class Format, std::size_t Panels, std::size_t Columns>
void dot_tile(const std::byte* panel, std::size_t panel_stride, std::size_t chunks,
              const std::byte* x, std::size_t x_stride, float* out, std::size_t out_stride,
              fetch_ahead& ahead) {
  dot_sums<Format, Panels, Columns> sums;
#pragma GCC unroll 16
  for (std::size_t c = 0; c < Columns; ++c)
#pragma GCC unroll 2
    for (std::size_t p = 0; p < Panels; ++p)
      sums.of[p][c] = simd::all16(0.0f);
  for (std::size_t i = 0; i < chunks; ++i) {
    ahead.step();
    dot_block<Format, Panels, Columns>({panel, panel_stride, x, x_stride, 0}, sums, ahead);
    dot_block<Format, Panels, Columns>({panel, panel_stride, x, x_stride, 1}, sums, ahead);
    panel += dot_chunk<Format>::bytes;
    x += sizeof(q8_chunk_layout);
  }
#pragma GCC unroll 16
  for (std::size_t c = 0; c < Columns; ++c)
#pragma GCC unroll 2
    for (std::size_t p = 0; p < Panels; ++p)
      simd::store16(out + c * out_stride + p * panel_rows, sums.of[p][c]);
}

/// A row in file layout, by the decoder of the format's room.
template <class Block>
void decode_blocks(const std::byte* row, std::size_t k, float* out) {
  for (std::size_t b = 0; b < k / Block::elements; ++b)
    decode(read<Block>(row + b * sizeof(Block)),
           std::span<float, Block::elements>(out + b * Block::elements, Block::elements));
}

template <class Format>
struct dot_matmul {
  using block = typename Format::block;
  using chunk = dot_chunk<Format>;
  static constexpr activation input = activation::q8;

  static std::size_t panel_bytes(std::size_t k) {
    return round_up(q8_chunks(k) * chunk::bytes, line_bytes);
  }

  static void pack(const std::byte* source, std::size_t row_stride, std::size_t rows, std::size_t k,
                   std::byte* panel) {
    constexpr std::size_t width = Format::scale_bytes;
    std::memset(panel, 0, panel_bytes(k));
    for (std::size_t b = 0; b < k / q8_block; ++b) {
      std::byte* const fields = panel + b / 2 * chunk::bytes;
      for (std::size_t row = 0; row < rows; ++row) {
        const std::byte* from = source + row * row_stride + b * sizeof(block);
        std::byte* const scale = fields + b % 2 * chunk::scale_bytes + row * width;
        std::memcpy(scale, from, width);
        from += width;
        if constexpr (Format::has_lowest) {
          std::memcpy(scale + chunk::lowest, from, width);
          from += width;
        }
        Format::pack_row(from, row, fields + chunk::codes + b % 2 * Format::code_bytes);
      }
    }
  }

  static void tile(const std::byte* panels, std::size_t panel_count, std::size_t k,
                   const std::byte* x, std::size_t x_stride, std::size_t columns, float* out,
                   std::size_t out_stride) {
    const std::size_t pass = columns_per_pass(x_stride, dot_columns);
    for (std::size_t done = 0; done < columns; done += pass) {
      const std::size_t n = columns - done < pass ? columns - done : pass;
      const std::byte* const from = x + done * x_stride;
      float* to = out + done * out_stride;
      std::size_t p = 0;
      if constexpr (dot_pair_columns != 0)
        if (n > dot_columns)
          for (; p + 2 <= panel_count; p += 2, to += 2 * panel_rows)
            columns_of<2, dot_pair_columns>(panels + p * panel_bytes(k), k, from, x_stride, n, to,
                                            out_stride);
      for (; p < panel_count; ++p, to += panel_rows)
        columns_of<1, dot_columns>(panels + p * panel_bytes(k), k, from, x_stride, n, to,
                                   out_stride);
    }
  }

  static void decode(const std::byte* row, std::size_t k, float* out) {
    decode_blocks<block>(row, k, out);
  }

 private:
  template <std::size_t Panels, std::size_t Widest>
  static void columns_of(const std::byte* panel, std::size_t k, const std::byte* x,
                         std::size_t x_stride, std::size_t columns, float* out,
                         std::size_t out_stride) {
    const std::size_t stride = panel_bytes(k), chunks = q8_chunks(k);
    const std::size_t tiles = (columns + Widest - 1) / Widest;
    // One column of weights that are multiplied as they lie there is read by the hardware's own
    // foresight.
    constexpr bool ready = Format::code_bytes == q8_block * panel_rows &&
                           sizeof(typename Format::dot::weights) == sizeof(simd::quads);
    const std::size_t bytes = columns == 1 && ready ? 0 : Panels * stride;
    fetch_ahead ahead{panel + (tiles == 1 ? fetch_distance : Panels * stride),
                      (bytes / line_bytes + tiles * chunks - 1) / (tiles * chunks),
                      tiles == 1 && columns > 1 && !ready};
    for_column_tiles(columns, Widest, [&](std::size_t first, std::size_t n) QX_INLINE_LAMBDA {
      with_count<Widest>(n, [&](auto c) QX_INLINE_LAMBDA {
        dot_tile<Format, Panels, decltype(c)::value>(panel, stride, chunks, x + first * x_stride,
                                                     x_stride, out + first * out_stride, out_stride,
                                                     ahead);
      });
    });
  }
};

}  // namespace qx::kernel::inline QX_ARCH
