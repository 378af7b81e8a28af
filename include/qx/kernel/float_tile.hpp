// SPDX-License-Identifier: MIT
/// \file
/// Multiply-add of panels of 16 rows with floating-point activations. A `Step` says what one step
/// along a row is (how weights are loaded, how an activation is spread over the rows, how the two
/// are multiplied and added); the order of the additions and the shapes of the tiles are here.
///
/// Step k joins sum k mod `fma_chains`; the sums are added at the end. Both tiles keep to that
/// order, so a column has the same bits in each of them. `few_columns` runs all sums side by side
/// and reads weights in the order in which they lie, which memory serves best. `many_columns` takes
/// all columns past one block of weights after the other, which stays in the nearest cache while
/// the next is fetched, and runs one sum after the other over it, so that its registers go to two
/// panels and an activation, once spread, serves both.
#pragma once

#include <qx/kernel/activations.hpp>
#include <qx/kernel/tiling.hpp>
#include <qx/simd/lanes.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace qx::kernel::inline QX_ARCH {

inline constexpr std::size_t fma_chains = simd::parts == 4 ? 1 : 2;

/// Widest tiles: the sums fill the registers but for weights and an activation, and in `many` for
/// what keeps the tiles of all numbers of columns equally fast.
inline constexpr std::size_t few = simd::parts == 1 ? 12 : simd::parts == 2 ? 3 : 2;
inline constexpr std::size_t many = simd::parts == 1 ? 10 : simd::parts == 2 ? 6 : 3;
inline constexpr std::size_t many_panels = simd::parts == 1 ? 2 : 1;

/// Steps of a block of `many_columns`: 16 KiB of two panels of float weights.
inline constexpr std::size_t many_block = 128;
static_assert(many_block % fma_chains == 0);
/// Columns that `many_columns` takes at once: their sums are kept beside the block.
inline constexpr std::size_t kept_columns = 64;

/// How far ahead of `few_columns` weights are fetched.
inline constexpr std::size_t fma_prefetch = 9 * 1024;
/// Whether its steps are instructions one after another, as in `dot_tile`.
template <std::size_t Columns>
inline constexpr bool few_unrolled = simd::parts == 1 && Columns <= 4;

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
  const auto next = [&] QX_INLINE_LAMBDA {
    if (ahead != 0)
      for (std::size_t line = 0; line < fma_chains * Step::weight_bytes; line += line_bytes)
        __builtin_prefetch(panel + ahead + k * Step::weight_bytes + line, 0, 3);
#pragma GCC unroll 4
    for (std::size_t s = 0; s < fma_chains; ++s)
      add_step<Step, Columns>(panel, k + s, v, sum[s]);
    k += fma_chains;
  };
  if constexpr (few_unrolled<Columns>) {
#pragma GCC unroll 8
    while (k + fma_chains <= steps)
      next();
  } else {
    while (k + fma_chains <= steps)
      next();
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

/// Lines that are still to be fetched. Into the nearest cache: fetching into the second one only is
/// a tenth to a fifth slower.
struct fetch_range {
  const std::byte* next;
  const std::byte* end;
  QX_INLINE void one() {
    if (next >= end) return;
    __builtin_prefetch(next, 0, 3);
    next += line_bytes;
  }
};

/// Sums of a block's panels.
using kept_sums = simd::f32x16[fma_chains][kept_columns][many_panels];

/// Adds steps s, s + chains, … of a block to sum s of `Columns` columns. A function of its own:
/// what surrounds it would take registers that the pointers to its columns need.
template <class Step, std::size_t Columns>
[[gnu::noinline]] void add_chain(const std::byte* block, std::size_t panel_stride, std::size_t s,
                                 std::size_t steps, const columns_view& v,
                                 simd::f32x16 (*kept)[many_panels], fetch_range lines) {
  simd::f32x16 sum[many_panels][Columns];
#pragma GCC unroll 2
  for (std::size_t p = 0; p < many_panels; ++p)
#pragma GCC unroll 16
    for (std::size_t c = 0; c < Columns; ++c)
      sum[p][c] = kept[c][p];
  for (std::size_t k = s; k < steps; k += fma_chains) {
    lines.one();
    typename Step::weights w[many_panels];
#pragma GCC unroll 2
    for (std::size_t p = 0; p < many_panels; ++p)
      w[p] = Step::load(block + p * panel_stride + k * Step::weight_bytes);
#pragma GCC unroll 16
    for (std::size_t c = 0; c < Columns; ++c) {
      const auto value = Step::spread(v.x + c * v.stride + k * Step::input_bytes);
#pragma GCC unroll 2
      for (std::size_t p = 0; p < many_panels; ++p)
        sum[p][c] = Step::add(sum[p][c], w[p], value);
    }
  }
#pragma GCC unroll 2
  for (std::size_t p = 0; p < many_panels; ++p)
#pragma GCC unroll 16
    for (std::size_t c = 0; c < Columns; ++c)
      kept[c][p] = sum[p][c];
}

/// The lines of a block of `many_panels` panels in as many shares as passes are made over the block
/// before it, each of one panel: whoever multiplies fetches a share meanwhile.
template <class Step>
class block_shares {
 public:
  QX_INLINE block_shares(std::size_t panel_stride, std::size_t passes)
      : stride_(panel_stride),
        share_((many_panels * bytes / line_bytes + passes - 1) / passes * line_bytes) {}
  QX_INLINE void begin(const std::byte* block) {
    panel_ = block;
    done_ = panels_ = 0;
  }
  [[nodiscard]] QX_INLINE fetch_range next() {
    if (panels_ == many_panels) return {nullptr, nullptr};
    const std::byte* const from = panel_ + done_;
    done_ += share_;
    if (done_ < bytes) return {from, panel_ + done_};
    const std::byte* const end = panel_ + bytes;
    begin_panel();
    return {from, end};
  }

 private:
  static constexpr std::size_t bytes = many_block * Step::weight_bytes;
  QX_INLINE void begin_panel() {
    panel_ += stride_;
    done_ = 0;
    ++panels_;
  }
  const std::byte* panel_ = nullptr;
  std::size_t stride_, share_, done_ = 0, panels_ = many_panels;
};

/// A block of steps times up to `kept_columns` columns.
template <class Step>
QX_INLINE void add_block(const std::byte* block, std::size_t panel_stride, std::size_t steps,
                         std::size_t columns, const columns_view& v, kept_sums& kept,
                         block_shares<Step>& shares) {
  constexpr std::size_t narrowest = many / 2;  // of any division into even tiles
  for_column_tiles(columns, many, [&](std::size_t c, std::size_t n) QX_INLINE_LAMBDA {
    with_count_between<narrowest, many>(n, [&](auto width) QX_INLINE_LAMBDA {
      for (std::size_t s = 0; s < fma_chains; ++s)
        add_chain<Step, decltype(width)::value>(block, panel_stride, s, steps, v.from(c),
                                                kept[s] + c, shares.next());
    });
  });
}

/// `many_panels` panels, `panel_stride` bytes apart, times more than `few` and up to `kept_columns`
/// columns. `from_memory`: what follows a block is fetched while it is multiplied.
template <class Step>
void many_columns(const std::byte* panels, std::size_t panel_stride, std::size_t steps,
                  std::size_t columns, const columns_view& v, bool from_memory) {
  kept_sums kept;
  for (std::size_t s = 0; s < fma_chains; ++s)
    for (std::size_t c = 0; c < columns; ++c)
      for (std::size_t p = 0; p < many_panels; ++p)
        kept[s][c][p] = simd::all16(0.0f);
  block_shares<Step> shares(panel_stride, (columns + many - 1) / many * fma_chains);
  for (std::size_t begin = 0; begin < steps; begin += many_block) {
    const std::size_t left = steps - begin;
    const std::byte* const block = panels + begin * Step::weight_bytes;
    if (from_memory)
      shares.begin(left > many_block ? block + many_block * Step::weight_bytes
                                     : panels + many_panels * panel_stride);
    add_block<Step>(block, panel_stride, left < many_block ? left : many_block, columns,
                    {v.x + begin * Step::input_bytes, v.stride, nullptr, 0}, kept, shares);
  }
  for (std::size_t p = 0; p < many_panels; ++p)
    for (std::size_t c = 0; c < columns; ++c) {
      simd::f32x16 total = kept[0][c][p];
      for (std::size_t s = 1; s < fma_chains; ++s)
        total = total + kept[s][c][p];
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

/// Any number of panels, `panel_stride` bytes apart, times up to `kept_columns` columns.
/// `from_memory` says that weights are to be fetched ahead of their use; otherwise they are in a
/// cache.
template <class Step>
void panels_times_some(const std::byte* panels, std::size_t panel_count, std::size_t panel_stride,
                       std::size_t steps, std::size_t columns, const columns_view& v,
                       bool from_memory) {
  const std::size_t together = columns > few ? panel_count / many_panels * many_panels : 0;
  columns_view to = v;
  for (std::size_t p = 0; p < together; p += many_panels, to.out += many_panels * panel_rows)
    many_columns<Step>(panels + p * panel_stride, panel_stride, steps, columns, to, from_memory);
  for (std::size_t p = together; p < panel_count; ++p, to.out += panel_rows)
    panel_times_columns<Step>(panels + p * panel_stride, steps, columns, to, true,
                              from_memory ? fma_prefetch : 0);
}

/// The same times any number of columns.
template <class Step>
void panels_times_all(const std::byte* panels, std::size_t panel_count, std::size_t panel_stride,
                      std::size_t steps, std::size_t columns, const columns_view& v,
                      bool from_memory) {
  for_column_tiles(columns, kept_columns, [&](std::size_t c, std::size_t n) QX_INLINE_LAMBDA {
    panels_times_some<Step>(panels, panel_count, panel_stride, steps, n, v.from(c), from_memory);
  });
}

}  // namespace qx::kernel::inline QX_ARCH
