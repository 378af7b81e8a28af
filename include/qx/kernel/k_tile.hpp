// SPDX-License-Identifier: MIT
/// \file
/// Matmul of the 256-element formats with int8 activations. A format names its groups, their
/// integer scales and minima, and how its codes become four unsigned bytes of 16 rows; the rest is
/// here.
///
/// A panel is a chain of blocks of 256 elements in the order in which they are read: the scales of
/// 16 rows, then eight units of 32 elements. For each block
///   sum += scale_x · (scale_w · Σ_g s_g · (Σ code_w · code_x) − base_w · Σ_g m_g · Σ code_x),
/// the integer sums exact. The scale of x comes last because it may be huge: what stands in
/// brackets is finite for finite weights, so a zero never meets an infinity.
///
/// Every column is computed alone and in the same order whatever the tile's size, so a batch gives
/// the bits that its columns give one by one.
#pragma once

#include <qx/kernel/activations.hpp>
#include <qx/kernel/fetch_ahead.hpp>
#include <qx/kernel/tiling.hpp>
#include <qx/quant/codec.hpp>
#include <qx/simd/group_dot.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace qx::kernel::inline QX_ARCH {

/// The widest tile of one panel: a single tile reads weights from memory while it multiplies, so
/// small batches are one, as far as registers go.
inline constexpr std::size_t k_columns = simd::parts == 1
                                             ? (simd::group_sum_registers == 1 ? 12 : 8)
                                         : simd::parts == 2 ? 4
                                                            : 2;
/// More columns take two panels together where there are registers for it: a broadcast of four
/// activations then serves both, for loads are as scarce as dot products where a cycle does two of
/// each.
inline constexpr bool k_pairs = simd::parts == 1;
inline constexpr std::size_t k_pair_most = 7;

inline constexpr std::size_t k_units = 8;
inline constexpr std::size_t k_unit = 32;

/// Formats whose elements are scale · code − minimum.
template <class Format>
concept HasMinima = requires(const std::byte* head) { Format::base(head); };

template <class Format>
inline constexpr std::size_t k_block_bytes = Format::head_bytes + k_units * Format::unit_bytes;

/// What the integer sum of a group begins with: the share of the codes' offset.
template <class Format>
QX_INLINE std::int32_t k_start(const std::byte* x, std::size_t group) {
  if constexpr (!Format::centred) return 0;
  return read<std::int32_t>(x + offsetof(q8_k_block_layout, minus_32_sum) + group * 4);
}

/// sum[p][c] += s_g · Σ code_w · code_x over the groups of one unit.
template <class Format, std::size_t Panels, std::size_t Columns>
QX_INLINE void k_unit_times_columns(const std::byte* const* blocks, std::size_t unit,
                                    const std::byte* x, std::size_t x_stride,
                                    simd::f32x16 (*sum)[Columns]) {
  constexpr std::size_t quads = Format::group / 4;
  using dot = simd::group_dot<Format::top_code, quads>;
  for_counts<k_unit / Format::group>([&](auto part) QX_INLINE_LAMBDA {
    constexpr std::size_t first = decltype(part)::value * quads;
    const std::size_t group = unit * (k_unit / Format::group) + decltype(part)::value;
    typename dot::sum total[Panels][Columns];
#pragma GCC unroll 16
    for (std::size_t c = 0; c < Columns; ++c) {
      const auto start = dot::start(k_start<Format>(x + c * x_stride, group));
#pragma GCC unroll 2
      for (std::size_t p = 0; p < Panels; ++p)
        total[p][c] = start;
    }
    for_counts<quads>([&](auto step) QX_INLINE_LAMBDA {
      constexpr std::size_t quad = first + decltype(step)::value;
      simd::i32x16 codes[Panels];
#pragma GCC unroll 2
      for (std::size_t p = 0; p < Panels; ++p)
        codes[p] = Format::template codes<quad>(blocks[p] + Format::head_bytes +
                                                unit * Format::unit_bytes);
      const std::byte* four = x + unit * k_unit + quad * 4;
#pragma GCC unroll 16
      for (std::size_t c = 0; c < Columns; ++c) {
        const auto of_x = simd::i_all(read<std::int32_t>(four + c * x_stride));
#pragma GCC unroll 2
        for (std::size_t p = 0; p < Panels; ++p)
          dot::template add<decltype(step)::value>(total[p][c], codes[p], of_x);
      }
    });
#pragma GCC unroll 2
    for (std::size_t p = 0; p < Panels; ++p) {
      const simd::f32x16 scale = Format::group_scale(blocks[p], group);
#pragma GCC unroll 16
      for (std::size_t c = 0; c < Columns; ++c)
        sum[p][c] = simd::fma16(simd::to_float(dot::total(total[p][c])), scale, sum[p][c]);
    }
  });
}

/// What is subtracted from a block's sums: base_w · Σ_g m_g · Σ code_x. Held in registers, because
/// the compiler cannot know that writing results leaves weights alone.
template <class Format>
struct k_minima {
  static constexpr std::size_t pairs = k_units * k_unit / Format::group / 2;
  static constexpr std::size_t sums = Format::group == 16 ? offsetof(q8_k_block_layout, sum_16)
                                                          : offsetof(q8_k_block_layout, sum_32);
  simd::f32x16 minus_base;
  simd::i32x16 pair[pairs];

  QX_INLINE explicit k_minima(const std::byte* head)
      : minus_base(simd::all16(0.0f) - Format::base(head)) {
#pragma GCC unroll 8
    for (std::size_t i = 0; i < pairs; ++i)
      pair[i] = Format::minima(head, i);
  }
  QX_INLINE simd::f32x16 taken_from(const simd::f32x16& value, const std::byte* x) const {
    simd::i32x16 total = simd::dot_pairs({}, pair[0], read<std::int32_t>(x + sums));
#pragma GCC unroll 8
    for (std::size_t i = 1; i < pairs; ++i)
      total = simd::dot_pairs(total, pair[i], read<std::int32_t>(x + sums + 4 * i));
    return simd::fma16(simd::to_float(total), minus_base, value);
  }
};
template <class Format>
  requires(!HasMinima<Format>)
struct k_minima<Format> {
  QX_INLINE explicit k_minima(const std::byte*) {}
  QX_INLINE simd::f32x16 taken_from(const simd::f32x16& value, const std::byte*) const {
    return value;
  }
};

/// out += scale_x · (scale_w · sum − minima) for one panel of a block.
template <class Format, std::size_t Columns>
QX_INLINE void k_finish_block(const std::byte* head, const std::byte* x, std::size_t x_stride,
                              const simd::f32x16* sum, float* out, std::size_t out_stride) {
  const simd::f32x16 scale = Format::scale(head);
  const k_minima<Format> minima(head);
#pragma GCC unroll 16
  for (std::size_t c = 0; c < Columns; ++c) {
    const std::byte* const of_x = x + c * x_stride;
    const simd::f32x16 value = minima.taken_from(sum[c] * scale, of_x);
    const auto scale_x = simd::all16(read<float>(of_x + offsetof(q8_k_block_layout, scale)));
    float* const to = out + c * out_stride;
    simd::store16(to, simd::fma16(value, scale_x, simd::load16(to)));
  }
}

/// `Panels` neighbouring panels times `Columns` columns. Sums of blocks are kept in `out`: once in
/// 256 elements they leave the registers to what is needed at every step.
template <class Format, std::size_t Panels, std::size_t Columns>
void k_panels_times_columns(const std::byte* panel, std::size_t blocks, const std::byte* x,
                            std::size_t x_stride, float* out, std::size_t out_stride,
                            fetch_ahead& ahead) {
  constexpr std::size_t bytes = k_block_bytes<Format>;
  constexpr std::size_t distance = Columns == 1 ? fetch_ahead::nearer : fetch_ahead::near;
  for (std::size_t c = 0; c < Columns; ++c)
    for (std::size_t p = 0; p < Panels; ++p)
      simd::store16(out + c * out_stride + p * panel_rows, simd::all16(0.0f));
  for (std::size_t b = 0; b < blocks; ++b) {
    const std::byte* block[Panels];
    simd::f32x16 sum[Panels][Columns];
#pragma GCC unroll 2
    for (std::size_t p = 0; p < Panels; ++p) {
      block[p] = panel + (p * blocks + b) * bytes;
#pragma GCC unroll 16
      for (std::size_t c = 0; c < Columns; ++c)
        sum[p][c] = simd::all16(0.0f);
    }
    ahead.beyond<distance>(block[0], Format::head_bytes);
    for (std::size_t unit = 0; unit < k_units; ++unit) {
      ahead.beyond<distance>(block[0] + Format::head_bytes + unit * Format::unit_bytes,
                             Format::unit_bytes);
      ahead.share();
      k_unit_times_columns<Format, Panels, Columns>(block, unit, x, x_stride, sum);
    }
#pragma GCC unroll 2
    for (std::size_t p = 0; p < Panels; ++p)
      k_finish_block<Format, Columns>(block[p], x, x_stride, sum[p], out + p * panel_rows,
                                      out_stride);
    x += sizeof(q8_k_block_layout);
  }
}

template <class Format>
struct k_matmul {
  static constexpr activation input = activation::q8_k;

  static std::size_t panel_bytes(std::size_t k) { return k / q8_k_block * k_block_bytes<Format>; }

  static void pack(const std::byte* source, std::size_t row_stride, std::size_t rows, std::size_t k,
                   std::byte* panel) {
    std::memset(panel, 0, panel_bytes(k));
    for (std::size_t b = 0; b < k / q8_k_block; ++b, panel += k_block_bytes<Format>)
      for (std::size_t row = 0; row < rows; ++row) {
        typename Format::block block;
        std::memcpy(&block, source + row * row_stride + b * sizeof block, sizeof block);
        Format::pack_row(block, row, panel);
      }
  }

  static void tile(const std::byte* panels, std::size_t panel_count, std::size_t k,
                   const std::byte* x, std::size_t x_stride, std::size_t columns, float* out,
                   std::size_t out_stride) {
    const std::size_t pass = columns_per_pass(x_stride, k_columns);
    for_column_tiles(columns, pass, [&](std::size_t first, std::size_t n) QX_INLINE_LAMBDA {
      for (std::size_t p = 0; p < panel_count;) {
        const std::size_t together = k_pairs && n > k_columns && p + 1 < panel_count ? 2 : 1;
        panels_times_pass(panels + p * panel_bytes(k), together, k / q8_k_block,
                          x + first * x_stride, x_stride, n,
                          out + first * out_stride + p * panel_rows, out_stride);
        p += together;
      }
    });
  }

  static void decode(const std::byte* row, std::size_t k, float* out) {
    quant::decode_row(Format::block::type, row, k, out);
  }

 private:
  static void panels_times_pass(const std::byte* panel, std::size_t together, std::size_t blocks,
                                const std::byte* x, std::size_t x_stride, std::size_t columns,
                                float* out, std::size_t out_stride) {
    const std::size_t widest = together == 2 ? k_pair_most : k_columns;
    fetch_ahead ahead(panel, together * blocks * k_block_bytes<Format>,
                      column_tiles(columns, widest), blocks * k_units);
    for_column_tiles(columns, widest, [&](std::size_t first, std::size_t n) QX_INLINE_LAMBDA {
      const auto run = [&](auto p, auto c) QX_INLINE_LAMBDA {
        k_panels_times_columns<Format, decltype(p)::value, decltype(c)::value>(
            panel, blocks, x + first * x_stride, x_stride, out + first * out_stride, out_stride,
            ahead);
      };
      if constexpr (k_pairs) {
        if (together == 2)
          return with_count_between<narrowest_tile(k_columns, k_pair_most), k_pair_most>(
              n, [&](auto c) QX_INLINE_LAMBDA { run(count<2>{}, c); });
      }
      with_count<k_columns>(n, [&](auto c) QX_INLINE_LAMBDA { run(count<1>{}, c); });
    });
  }
};

}  // namespace qx::kernel::inline QX_ARCH
