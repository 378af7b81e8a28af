// SPDX-License-Identifier: MIT
/// \file
/// Attention of a block of tokens: keys and values are read once for all of its rows (a row is a
/// query head of a token), 64 positions at a time, as panels that the matmul of floats takes. The
/// softmax runs along (Milakov and Gimelshein 2018): each row keeps its largest score and the sum
/// of its exponentials, and what it has gathered is scaled down when a larger score appears.
///
/// Blocks of positions begin at the row's own first position, and each row takes in a block by
/// itself: its bits do not depend on the rows beside it.
#include "arch.hpp"
#include "running_softmax.hpp"

#include <qx/kernel/activations.hpp>
#include <qx/kernel/float_tile.hpp>
#include <qx/simd/lanes.hpp>
#include <qx/simd/transpose.hpp>

#include <cstddef>
#include <cstring>

namespace qx::kernel::inline QX_ARCH {

namespace {

/// Positions of a block: keys and values of a head of 64 are 32 KiB of floats.
constexpr std::size_t positions = 64;

struct f32_cache {
  static constexpr std::size_t bytes = 4;
  QX_INLINE static simd::f32x16 load(const std::byte* p) {
    return simd::load16(reinterpret_cast<const float*>(p));
  }
};
struct f16_cache {
  static constexpr std::size_t bytes = 2;
  QX_INLINE static simd::f32x16 load(const std::byte* p) { return simd::load16_f16(p); }
};

/// Elements [d, d + 16) of a row of `dim`, zeros behind its end.
template <class Cache>
QX_INLINE simd::f32x16 load_row(const std::byte* row, std::size_t d, std::size_t dim) {
  if (d + 16 <= dim) return Cache::load(row + d * Cache::bytes);
  alignas(64) std::byte padded[16 * Cache::bytes] = {};
  std::memcpy(padded, row + d * Cache::bytes, (dim - d) * Cache::bytes);
  return Cache::load(padded);
}

/// What a block of tokens works on; `width` is `dim` rounded up to whole vectors.
struct workspace {
  std::size_t width;
  float* keys;     ///< [positions / 16, width, 16]: panels whose rows are positions
  float* values;   ///< [width / 16, positions, 16]: panels whose rows are elements
  float* query;    ///< [rows, width], scaled
  float* weights;  ///< [rows, positions]: scores, then their exponentials
  float* part;     ///< [rows, width]: weighted values of one block
  float* piece;    ///< [rows, state]: gathered from the piece that is read
  float* all;      ///< [rows, state]: gathered from all pieces before it
};

std::size_t floats_of(std::size_t rows, std::size_t width) {
  return 2 * positions * width + rows * (2 * width + positions + 2 * state_of(width));
}

workspace cut(float* memory, std::size_t rows, std::size_t dim) {
  workspace w{};
  w.width = width_of(dim);
  w.keys = memory;
  w.values = w.keys + positions * w.width;
  w.query = w.values + positions * w.width;
  w.weights = w.query + rows * w.width;
  w.part = w.weights + rows * positions;
  w.piece = w.part + rows * w.width;
  w.all = w.piece + rows * state_of(w.width);
  return w;
}

/// Fetches what the next block will read.
QX_INLINE void fetch_row(const std::byte* row, std::size_t bytes) {
  for (std::size_t line = 0; line < bytes; line += line_bytes)
    __builtin_prefetch(row + line, 0, 3);
}

/// Positions [begin, begin + n) as panels, positions from n to the next panel zeros. `behind` is
/// how many rows follow the block.
template <class Cache>
void pack_keys(const attention_args& a, std::size_t begin, std::size_t n, std::size_t behind,
               const workspace& w) {
  const std::byte* const block = a.keys + begin * a.kv_stride;
  for (std::size_t first = 0; first < n; first += 16) {
    const std::size_t rows = n - first < 16 ? n - first : 16;
    for (std::size_t i = 0; i < rows; ++i)
      if (first + i < behind)
        fetch_row(block + (positions + first + i) * a.kv_stride, a.dim * Cache::bytes);
    for (std::size_t d = 0; d < a.dim; d += 16) {
      simd::f32x16 square[16];
#pragma GCC unroll 16
      for (std::size_t i = 0; i < 16; ++i)
        square[i] = i < rows ? load_row<Cache>(block + (first + i) * a.kv_stride, d, a.dim)
                             : simd::all16(0.0f);
      simd::transpose16(square);
      float* const to = w.keys + first * w.width + d * 16;
#pragma GCC unroll 16
      for (std::size_t i = 0; i < 16; ++i)
        simd::store16(to + i * 16, square[i]);
    }
  }
}

template <class Cache>
void pack_values(const attention_args& a, std::size_t begin, std::size_t n, std::size_t behind,
                 const workspace& w) {
  const std::byte* row = a.values + begin * a.kv_stride;
  for (std::size_t t = 0; t < n; ++t, row += a.kv_stride) {
    if (t < behind) fetch_row(row + positions * a.kv_stride, a.dim * Cache::bytes);
    for (std::size_t d = 0; d < a.dim; d += 16)
      simd::store16(w.values + d * positions + t * 16, load_row<Cache>(row, d, a.dim));
  }
}

/// Rows [row, row + rows) take in the block's first n positions.
void take_in(const attention_args& a, const workspace& w, std::size_t row, std::size_t rows,
             std::size_t n, bool first) {
  const auto bytes = [](const float* p)
                         QX_INLINE_LAMBDA { return reinterpret_cast<const std::byte*>(p); };
  float* const weights = w.weights + row * positions;
  float* const part = w.part + row * w.width;
  panels_times_all<f32_step>(
      bytes(w.keys), (n + 15) / 16, w.width * 64, a.dim, rows,
      {bytes(w.query + row * w.width), w.width * sizeof(float), weights, positions}, false);
  alignas(64) float factor[positions];
  for (std::size_t done = 0; done < rows; done += positions) {
    const std::size_t some = rows - done < positions ? rows - done : positions;
    for (std::size_t r = 0; r < some; ++r)
      factor[r] = exponentials(w.weights + (row + done + r) * positions,
                               w.piece + (row + done + r) * state_of(w.width), w.width, n, first);
    panels_times_all<f32_step>(bytes(w.values), w.width / 16, positions * 64, n, some,
                               {bytes(weights + done * positions), positions * sizeof(float),
                                part + done * w.width, w.width},
                               false);
    for (std::size_t r = 0; r < some; ++r) {
      const float* const from = part + (done + r) * w.width;
      float* const to = w.piece + (row + done + r) * state_of(w.width);
      const simd::f32x16 scale = simd::all16(factor[r]);
      for (std::size_t d = 0; d < w.width; d += 16)
        simd::store16(to + d,
                      first ? simd::load16(from + d)
                            : simd::fma16(simd::load16(to + d), scale, simd::load16(from + d)));
    }
  }
}

void load_queries(const attention_args& a, const workspace& w) {
  std::memset(w.query, 0, a.tokens * a.group * w.width * sizeof(float));
  for (std::size_t t = 0; t < a.tokens; ++t)
    for (std::size_t h = 0; h < a.group; ++h) {
      const float* const from = a.query + t * a.query_token_stride + h * a.query_head_stride;
      float* const to = w.query + (t * a.group + h) * w.width;
      for (std::size_t d = 0; d < a.dim; ++d)
        to[d] = from[d] * a.scale;
    }
}

/// Results of all rows from what they have gathered.
void store_results(const attention_args& a, float* states) {
  const std::size_t width = width_of(a.dim);
  for (std::size_t t = 0; t < a.tokens; ++t)
    for (std::size_t h = 0; h < a.group; ++h, states += state_of(width)) {
      float* const to = a.out + t * a.out_token_stride + h * a.out_head_stride;
      const float total = total_in(states, width);
      for (std::size_t d = 0; d < a.dim; ++d)
        to[d] = states[d] / total;
    }
}

/// The first token that sees position `at`.
std::size_t first_seeing(const attention_args& a, std::size_t at) {
  std::size_t token = 0;
  while (a.spans[token].count <= at)
    ++token;
  return token;
}

/// Gathers piece `index` in `w.piece`, of the rows that see something of it.
template <class Cache>
void gather_piece(const attention_args& a, const workspace& w, std::size_t index) {
  const std::size_t start = index * attention_piece, longest = a.spans[a.tokens - 1].count;
  const std::size_t end = longest - start < attention_piece ? longest : start + attention_piece;
  for (std::size_t begin = start; begin < end; begin += positions) {
    const std::size_t n = end - begin < positions ? end - begin : positions;
    pack_keys<Cache>(a, begin, n, longest - begin - n, w);
    pack_values<Cache>(a, begin, n, longest - begin - n, w);
    std::size_t t = first_seeing(a, begin);
    for (; a.spans[t].count < begin + n; ++t)
      take_in(a, w, t * a.group, a.group, a.spans[t].count - begin, begin == start);
    take_in(a, w, t * a.group, (a.tokens - t) * a.group, n, begin == start);
  }
}

/// Joins what rows gathered from piece `index` to what they gathered from the pieces before it.
void join_piece(const attention_args& a, std::size_t index, float* all, float* piece) {
  const std::size_t width = width_of(a.dim), state = state_of(width);
  const std::size_t first = first_seeing(a, index * attention_piece) * a.group;
  for (std::size_t row = first; row < a.tokens * a.group; ++row)
    join_states(all + row * state, piece + row * state, width);
}

void gather_piece(const attention_args& a, const workspace& w, std::size_t index) {
  if (a.kv_type == dtype::f16)
    gather_piece<f16_cache>(a, w, index);
  else
    gather_piece<f32_cache>(a, w, index);
}

}  // namespace

std::size_t attention_scratch(std::size_t rows, std::size_t dim) {
  return floats_of(rows, width_of(dim));
}

std::size_t attention_state(std::size_t dim) { return state_of(width_of(dim)); }

void attention_gather(const attention_args& a, std::size_t piece, float* states) {
  workspace w = cut(a.scratch, a.tokens * a.group, a.dim);
  w.piece = states;
  load_queries(a, w);
  gather_piece(a, w, piece);
}

void attention_join(const attention_args& a, float* states, std::size_t stride) {
  const std::size_t longest = a.spans[a.tokens - 1].count;
  for (std::size_t i = 1; i * attention_piece < longest; ++i)
    join_piece(a, i, states, states + i * stride);
  store_results(a, states);
}

void attention(const attention_args& a) {
  workspace w = cut(a.scratch, a.tokens * a.group, a.dim);
  load_queries(a, w);
  const std::size_t longest = a.spans[a.tokens - 1].count;
  float *const piece = w.piece, *const all = w.all;
  w.piece = all;
  for (std::size_t i = 0; i * attention_piece < longest; ++i) {
    gather_piece(a, w, i);
    if (i != 0) join_piece(a, i, all, piece);
    w.piece = piece;
  }
  store_results(a, all);
}

}  // namespace qx::kernel::inline QX_ARCH
