// SPDX-License-Identifier: MIT
/// \file
/// Multiply-add of panels of 16 rows with floating-point activations. A `Step` says what one step
/// along a row is (how weights are loaded, how an activation is spread over the rows, how the two
/// are multiplied and added); the order of the additions and the shapes of the tiles are here.
///
/// Step k joins sum k mod `fma_chains`; the sums are added at the end. Both tiles keep to that
/// order, so a column has the same bits in each of them. `few_columns` runs all sums side by side
/// and reads weights in the order in which they lie, which memory serves best. `many_columns` runs
/// one sum after the other over a block that stays in cache, so that its registers go to two panels
/// and an activation, once spread, serves both; the next panels are fetched meanwhile.
#pragma once

#include <qx/kernel/activations.hpp>
#include <qx/kernel/tiling.hpp>
#include <qx/simd/lanes.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace qx::kernel::inline QX_ARCH {

inline constexpr std::size_t fma_chains = simd::parts == 4 ? 1 : 2;

/// Widest tiles: the sums fill the registers but for weights and an activation.
inline constexpr std::size_t few = simd::parts == 1 ? 12 : simd::parts == 2 ? 3 : 2;
inline constexpr std::size_t many = simd::parts == 1 ? 12 : simd::parts == 2 ? 6 : 3;
inline constexpr std::size_t many_panels = simd::parts == 1 ? 2 : 1;

/// Steps of a block of `many_columns`: 16 KiB of two panels of float weights.
inline constexpr std::size_t many_block = 128;
static_assert(many_block % fma_chains == 0);

/// How far ahead of `few_columns` weights are fetched into the second-level cache.
inline constexpr std::size_t fma_prefetch = 8 * 1024;

/// Floats.
struct f32_step {
  static constexpr std::size_t weight_bytes = 4 * panel_rows, input_bytes = 4;
  using weights = simd::f32x16;
  QX_INLINE static weights load(const std::byte* p) {
    return simd::load16(reinterpret_cast<const float*>(p));
  }
  QX_INLINE static simd::f32x16 spread(const std::byte* x) {
    return simd::all16(*reinterpret_cast<const float*>(x));
  }
  QX_INLINE static simd::f32x16 add(const simd::f32x16& sum, const weights& w,
                                    const simd::f32x16& x) {
    return simd::fma16(w, x, sum);
  }
};

/// Rows of activations, `stride` bytes apart, and where the results of a panel go.
struct columns_view {
  const std::byte* x;
  std::size_t stride;
  float* out;
  std::size_t out_stride;
  [[nodiscard]] QX_INLINE columns_view from(std::size_t column) const {
    return {x + column * stride, stride, out + column * out_stride, out_stride};
  }
};

template <class Step, std::size_t Columns>
QX_INLINE void add_step(const std::byte* panel, std::size_t k, const columns_view& v,
                        simd::f32x16 (&sum)[Columns]) {
  const typename Step::weights w = Step::load(panel + k * Step::weight_bytes);
#pragma GCC unroll 16
  for (std::size_t c = 0; c < Columns; ++c)
    sum[c] = Step::add(sum[c], w, Step::spread(v.x + c * v.stride + k * Step::input_bytes));
}

/// out[c][16] += panel · x[c], or = for the first block of a row. `ahead` is 0 or how many bytes
/// ahead to prefetch.
template <class Step, std::size_t Columns>
void few_columns(const std::byte* panel, std::size_t steps, const columns_view& v, bool first,
                 std::size_t ahead) {
  simd::f32x16 sum[fma_chains][Columns];
#pragma GCC unroll 16
  for (std::size_t c = 0; c < Columns; ++c) {
    sum[0][c] = first ? simd::all16(0.0f) : simd::load16(v.out + c * v.out_stride);
#pragma GCC unroll 4
    for (std::size_t s = 1; s < fma_chains; ++s)
      sum[s][c] = simd::all16(0.0f);
  }
  std::size_t k = 0;
  for (; k + fma_chains <= steps; k += fma_chains) {
    if (ahead != 0)
      for (std::size_t line = 0; line < fma_chains * Step::weight_bytes; line += line_bytes)
        __builtin_prefetch(panel + ahead + k * Step::weight_bytes + line, 0, 2);
#pragma GCC unroll 4
    for (std::size_t s = 0; s < fma_chains; ++s)
      add_step<Step, Columns>(panel, k + s, v, sum[s]);
  }
#pragma GCC unroll 4
  for (std::size_t s = 0; s < fma_chains; ++s)
    if (k + s < steps) add_step<Step, Columns>(panel, k + s, v, sum[s]);
#pragma GCC unroll 16
  for (std::size_t c = 0; c < Columns; ++c) {
#pragma GCC unroll 4
    for (std::size_t s = 1; s < fma_chains; ++s)
      sum[0][c] = sum[0][c] + sum[s][c];
    simd::store16(v.out + c * v.out_stride, sum[0][c]);
  }
}

/// Lines that are still to be fetched into the second-level cache.
struct fetch_range {
  const std::byte* next;
  const std::byte* end;
  QX_INLINE void one() {
    if (next >= end) return;
    __builtin_prefetch(next, 0, 2);
    next += line_bytes;
  }
};

/// One sum of each row and column of a tile.
template <std::size_t Columns>
using tile_sums = simd::f32x16[many_panels][Columns];

/// Adds steps s, s + chains, … of a block to sum s.
template <class Step, std::size_t Columns>
QX_INLINE void add_chain(const std::byte* weights, std::size_t panel_stride, std::size_t s,
                         std::size_t steps, const std::byte* x, std::size_t x_stride,
                         tile_sums<Columns>& kept, fetch_range& fetch) {
  tile_sums<Columns> sum;
#pragma GCC unroll 2
  for (std::size_t p = 0; p < many_panels; ++p)
#pragma GCC unroll 16
    for (std::size_t c = 0; c < Columns; ++c)
      sum[p][c] = kept[p][c];
  fetch_range lines = fetch;
  for (std::size_t k = s; k < steps; k += fma_chains) {
    lines.one();
    typename Step::weights w[many_panels];
#pragma GCC unroll 2
    for (std::size_t p = 0; p < many_panels; ++p)
      w[p] = Step::load(weights + p * panel_stride + k * Step::weight_bytes);
#pragma GCC unroll 16
    for (std::size_t c = 0; c < Columns; ++c) {
      const auto value = Step::spread(x + c * x_stride + k * Step::input_bytes);
#pragma GCC unroll 2
      for (std::size_t p = 0; p < many_panels; ++p)
        sum[p][c] = Step::add(sum[p][c], w[p], value);
    }
  }
  fetch = lines;
#pragma GCC unroll 2
  for (std::size_t p = 0; p < many_panels; ++p)
#pragma GCC unroll 16
    for (std::size_t c = 0; c < Columns; ++c)
      kept[p][c] = sum[p][c];
}

/// `many_panels` panels, `panel_stride` bytes apart, times `Columns` columns.
template <class Step, std::size_t Columns>
void many_columns(const std::byte* panels, std::size_t panel_stride, std::size_t steps,
                  const columns_view& v, fetch_range fetch) {
  tile_sums<Columns> sum[fma_chains];
  for (std::size_t s = 0; s < fma_chains; ++s)
    for (std::size_t p = 0; p < many_panels; ++p)
      for (std::size_t c = 0; c < Columns; ++c)
        sum[s][p][c] = simd::all16(0.0f);
  for (std::size_t begin = 0; begin < steps; begin += many_block) {
    const std::size_t n = steps - begin < many_block ? steps - begin : many_block;
    for (std::size_t s = 0; s < fma_chains; ++s)
      add_chain<Step, Columns>(panels + begin * Step::weight_bytes, panel_stride, s, n,
                               v.x + begin * Step::input_bytes, v.stride, sum[s], fetch);
  }
  for (std::size_t p = 0; p < many_panels; ++p)
    for (std::size_t c = 0; c < Columns; ++c) {
      simd::f32x16 total = sum[0][p][c];
      for (std::size_t s = 1; s < fma_chains; ++s)
        total = total + sum[s][p][c];
      simd::store16(v.out + c * v.out_stride + p * panel_rows, total);
    }
}

/// One panel, or a piece of it, times any number of columns.
template <class Step>
void panel_times_columns(const std::byte* panel, std::size_t steps, std::size_t columns,
                         const columns_view& v, bool first, std::size_t prefetch) {
  for_column_tiles(columns, few, [&](std::size_t c, std::size_t n) QX_INLINE_LAMBDA {
    // One column follows memory by itself, unless a step takes in only half a line.
    const bool lags = columns > 1 || Step::weight_bytes < line_bytes;
    const std::size_t ahead = c == 0 && lags ? prefetch : 0;
    with_count<few>(n, [&](auto width) QX_INLINE_LAMBDA {
      few_columns<Step, decltype(width)::value>(panel, steps, v.from(c), first, ahead);
    });
  });
}

/// `many_panels` panels times more than `few` columns. The tiles share the fetching of `lines`
/// lines behind these panels.
template <class Step>
void panels_times_columns(const std::byte* panels, std::size_t panel_stride, std::size_t steps,
                          std::size_t columns, const columns_view& v, std::size_t lines) {
  constexpr std::size_t narrowest = many / 2;  // of any division into even tiles
  const std::byte* const next = panels + many_panels * panel_stride;
  for_column_tiles(columns, many, [&](std::size_t c, std::size_t n) QX_INLINE_LAMBDA {
    const fetch_range share{next + lines * c / columns * line_bytes,
                            next + lines * (c + n) / columns * line_bytes};
    with_count<many - narrowest + 1>(n - narrowest + 1, [&](auto above) QX_INLINE_LAMBDA {
      many_columns<Step, narrowest - 1 + decltype(above)::value>(panels, panel_stride, steps,
                                                                 v.from(c), share);
    });
  });
}

/// Any number of panels, `panel_stride` bytes apart, times any number of columns. `from_memory`
/// says that weights are to be fetched ahead of their use; otherwise they are in a cache.
template <class Step>
void panels_times_all(const std::byte* panels, std::size_t panel_count, std::size_t panel_stride,
                      std::size_t steps, std::size_t columns, const columns_view& v,
                      bool from_memory) {
  const std::size_t lines = from_memory ? many_panels * panel_stride / line_bytes : 0;
  const std::size_t wide = columns > few ? panel_count / many_panels * many_panels : 0;
  columns_view to = v;
  for (std::size_t p = 0; p < wide; p += many_panels, to.out += many_panels * panel_rows)
    panels_times_columns<Step>(panels + p * panel_stride, panel_stride, steps, columns, to, lines);
  for (std::size_t p = wide; p < panel_count; ++p, to.out += panel_rows)
    panel_times_columns<Step>(panels + p * panel_stride, steps, columns, to, true,
                              from_memory ? fma_prefetch : 0);
}

}  // namespace qx::kernel::inline QX_ARCH
