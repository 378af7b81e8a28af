// SPDX-License-Identifier: MIT
/// \file
/// Matmul of panels of 16 rows with int8 activations. A format (a header in `kernel/format/`) names
/// its block, its integer dot product, how scales are read, whether codes begin at a lowest value,
/// and how a block's codes become groups of four weights; the rest is here.
///
/// A panel is a chain of chunks of 256 elements (the last may have fewer): for each of the chunk's
/// blocks of 32 the scales of 16 rows and their lowest values, where there are any; then the codes
/// of block after block. For each block
///   sum += scale_x · (scale_w · Σ code_w · code_x) [+ lowest_w · (scale_x · Σ code_x)],
/// the integer sums exact. The scale of x comes last because it may be huge: the product in
/// brackets is always finite, so a zero never meets an infinity.
///
/// Every column of every panel is computed alone and in the same order whatever the tile, so a
/// batch gives the bits that its columns give one by one.
#pragma once

#include <qx/kernel/activations.hpp>
#include <qx/kernel/fetch_ahead.hpp>
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

/// The group of four activations that step 0 … 7 of a block multiplies with.
[[nodiscard]] QX_INLINE constexpr std::size_t dot_group(std::size_t step) {
  return step / 2 + step % 2 * 4;
}

/// What a block of `Format` takes in a panel.
template <class Format>
struct dot_bytes {
  static constexpr std::size_t scales = Format::scale_bytes * panel_rows;
  static constexpr std::size_t fields = Format::has_lowest ? 2 * scales : scales;
  static constexpr std::size_t block = fields + Format::code_bytes;
};

template <class Format, std::size_t Panels, std::size_t Columns>
struct dot_sums {
  simd::f32x16 of[Panels][Columns];
};

/// Where a block of 32 elements and what belongs to it lie, in panels and in activations.
template <class Format>
struct dot_place {
  const std::byte* fields;  ///< of the first panel
  const std::byte* codes;   ///< of the first panel
  std::size_t panel_stride;
  const std::byte* chunk;  ///< of the first column
  std::size_t x_stride;
  std::size_t block;  ///< of its chunk

  [[nodiscard]] QX_INLINE const std::byte* x() const { return chunk + block * q8_block; }
  template <class T, std::size_t Field>
  [[nodiscard]] QX_INLINE T of_column(std::size_t column) const {
    return read<T>(chunk + column * x_stride + Field + block * sizeof(T));
  }
  [[nodiscard]] QX_INLINE auto scale(std::size_t column) const {
    return simd::all16(of_column<float, offsetof(q8_chunk_layout, scale)>(column));
  }
  [[nodiscard]] QX_INLINE auto scaled_sum(std::size_t column) const {
    return simd::all16(of_column<float, offsetof(q8_chunk_layout, scaled_sum)>(column));
  }
  [[nodiscard]] QX_INLINE auto correction(std::size_t column) const {
    return simd::correction<Format::offset>(
        of_column<std::int32_t, offsetof(q8_chunk_layout, minus_sum)>(column));
  }
};

/// total[p][c] = Σ code_w · code_x of a block.
template <class Format, std::size_t Panels, std::size_t Columns>
QX_INLINE void dot_codes(const dot_place<Format>& at,
                         typename Format::dot::sum (&total)[Panels][Columns]) {
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
    typename dot::weights w[Panels];
#pragma GCC unroll 2
    for (std::size_t p = 0; p < Panels; ++p)
      w[p] = Format::weights(at.codes + p * at.panel_stride, step);
    const std::byte* const four = at.x() + dot_group(step) * 4;
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
QX_INLINE void dot_block(const dot_place<Format>& at, dot_sums<Format, Panels, Columns>& sums) {
  using dot = typename Format::dot;
  typename dot::sum total[Panels][Columns];
  dot_codes<Format, Panels, Columns>(at, total);
#pragma GCC unroll 2
  for (std::size_t p = 0; p < Panels; ++p) {
    const std::byte* const fields = at.fields + p * at.panel_stride;
    const simd::f32x16 scale = Format::load_scales(fields);
#pragma GCC unroll 16
    for (std::size_t c = 0; c < Columns; ++c) {
      const auto whole = dot::total(total[p][c], at.correction(c));
      sums.of[p][c] = simd::fma16(simd::to_float(whole) * scale, at.scale(c), sums.of[p][c]);
    }
    if constexpr (Format::has_lowest) {
      const simd::f32x16 lowest = Format::load_scales(fields + dot_bytes<Format>::scales);
#pragma GCC unroll 16
      for (std::size_t c = 0; c < Columns; ++c)
        sums.of[p][c] = simd::fma16(lowest, at.scaled_sum(c), sums.of[p][c]);
    }
  }
}

/// Whether the blocks of a chunk are instructions one after another. Where one tile is all that
/// reads a panel, weights come from memory as fast as `fetch_ahead` asks for them, and what the
/// processor foresees by itself gets in its way; more instructions than it can keep an eye on leave
/// the road free (Zen 5: up to 1.4 times as fast).
template <std::size_t Panels>
inline constexpr bool dot_unrolled = simd::parts == 1 && simd::has_byte_dot && Panels == 1;

/// `Panels` panels times `Columns` columns.
template <class Format, std::size_t Panels, std::size_t Columns>
void dot_tile(const std::byte* panel, std::size_t panel_stride, std::size_t blocks,
              const std::byte* x, std::size_t x_stride, float* out, std::size_t out_stride,
              fetch_ahead& ahead) {
  using bytes = dot_bytes<Format>;
  dot_sums<Format, Panels, Columns> sums;
#pragma GCC unroll 16
  for (std::size_t c = 0; c < Columns; ++c)
#pragma GCC unroll 2
    for (std::size_t p = 0; p < Panels; ++p)
      sums.of[p][c] = simd::all16(0.0f);
  while (blocks != 0) {
    const std::size_t here = blocks < q8_chunk_blocks ? blocks : q8_chunk_blocks;
    ahead.beyond(panel, here * bytes::fields);
    dot_place<Format> at{panel, panel + here * bytes::fields, panel_stride, x, x_stride, 0};
    const auto block = [&] QX_INLINE_LAMBDA {
      ahead.beyond(at.codes, Format::code_bytes);
      ahead.share();
      dot_block<Format, Panels, Columns>(at, sums);
      at.fields += bytes::fields;
      at.codes += Format::code_bytes;
      ++at.block;
    };
    if constexpr (dot_unrolled<Panels>) {
#pragma GCC unroll 8
      while (at.block < here)
        block();
    } else {
#pragma GCC unroll 2
      while (at.block < here)
        block();
    }
    panel = at.codes;
    x += sizeof(q8_chunk_layout);
    blocks -= here;
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
  using bytes = dot_bytes<Format>;
  static constexpr activation input = activation::q8;

  static std::size_t panel_bytes(std::size_t k) {
    return round_up((k + q8_block - 1) / q8_block * bytes::block, line_bytes);
  }

  static void pack(const std::byte* source, std::size_t row_stride, std::size_t rows, std::size_t k,
                   std::byte* panel) {
    constexpr std::size_t width = Format::scale_bytes;
    std::memset(panel, 0, panel_bytes(k));
    std::byte *fields = panel, *codes = panel;
    const std::size_t blocks = k / q8_block;
    for (std::size_t b = 0; b < blocks; ++b) {
      if (b % q8_chunk_blocks == 0) {
        const std::size_t left = blocks - b;
        fields = codes;
        codes += (left < q8_chunk_blocks ? left : q8_chunk_blocks) * bytes::fields;
      }
      for (std::size_t row = 0; row < rows; ++row) {
        const std::byte* from = source + row * row_stride + b * sizeof(block);
        std::byte* const scale = fields + row * width;
        std::memcpy(scale, from, width);
        from += width;
        if constexpr (Format::has_lowest) {
          std::memcpy(scale + bytes::scales, from, width);
          from += width;
        }
        Format::pack_row(from, row, codes);
      }
      fields += bytes::fields;
      codes += Format::code_bytes;
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
    const std::size_t stride = panel_bytes(k), blocks = (k + q8_block - 1) / q8_block;
    // One column of weights that are multiplied as they lie there is read by the hardware's own
    // foresight.
    constexpr bool ready = Format::code_bytes == q8_block * panel_rows &&
                           sizeof(typename Format::dot::weights) == sizeof(simd::quads);
    fetch_ahead ahead = columns == 1 && ready ? fetch_ahead::nothing()
                                              : fetch_ahead(panel, Panels * stride,
                                                            column_tiles(columns, Widest), blocks);
    for_column_tiles(columns, Widest, [&](std::size_t first, std::size_t n) QX_INLINE_LAMBDA {
      constexpr std::size_t least = Panels == 1 ? 1 : narrowest_tile(dot_columns, Widest);
      with_count_between<least, Widest>(n, [&](auto c) QX_INLINE_LAMBDA {
        dot_tile<Format, Panels, decltype(c)::value>(panel, stride, blocks, x + first * x_stride,
                                                     x_stride, out + first * out_stride, out_stride,
                                                     ahead);
      });
    });
  }
};

}  // namespace qx::kernel::inline QX_ARCH
