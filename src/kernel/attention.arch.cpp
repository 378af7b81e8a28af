// SPDX-License-Identifier: MIT
/// \file
/// Attention of one token: scores of all positions, softmax, weighted sum of values. Scores are
/// kept (a few bytes a position) so that every exponential is taken once, of x − max.
#include "arch.hpp"

#include <qx/kernel/activations.hpp>
#include <qx/kernel/tiling.hpp>
#include <qx/simd/lanes.hpp>
#include <qx/simd/math.hpp>

#include <cstddef>
#include <cstring>

namespace qx::kernel::inline QX_ARCH {

namespace {

/// Query heads that go through keys and values together.
constexpr std::size_t heads_at_once = simd::parts == 1 ? 4 : simd::parts == 2 ? 2 : 1;
/// Positions summed before they join the total: keeps rounding errors of long contexts small and
/// the values of a run in the first-level cache for the next heads.
constexpr std::size_t run = 64;

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

/// scores[h][t] = query[h] · keys[t], queries padded to `stride` floats.
template <class Cache, std::size_t Heads>
void score(const attention_args& a, const float* query, std::size_t query_stride, float* scores,
           std::size_t score_stride) {
  for (std::size_t t = 0; t < a.length; ++t) {
    const std::byte* key = a.keys + t * a.kv_stride;
    simd::f32x16 sum[Heads];
#pragma GCC unroll 4
    for (std::size_t h = 0; h < Heads; ++h)
      sum[h] = simd::all16(0.0f);
    for (std::size_t d = 0; d < a.dim; d += 16) {
      const simd::f32x16 k = load_row<Cache>(key, d, a.dim);
#pragma GCC unroll 4
      for (std::size_t h = 0; h < Heads; ++h)
        sum[h] = simd::fma16(simd::load16(query + h * query_stride + d), k, sum[h]);
    }
#pragma GCC unroll 4
    for (std::size_t h = 0; h < Heads; ++h)
      scores[h * score_stride + t] = simd::sum16(sum[h]);
  }
}

/// Replaces scores by exp(score − largest) and returns their sum.
float exponentials(float* scores, std::size_t length) {
  float largest = scores[0];
  for (std::size_t t = 1; t < length; ++t)
    largest = scores[t] > largest ? scores[t] : largest;
  for (std::size_t t = length; t < round_up(length, 16); ++t)
    scores[t] = largest;
  const simd::pack<float> shift(largest);
  for (std::size_t t = 0; t < length; t += 16)
    simd::exp(simd::pack<float>::load(scores + t) - shift).store(scores + t);
  for (std::size_t t = length; t < round_up(length, 16); ++t)
    scores[t] = 0.0f;
  float total = 0.0f;
  for (std::size_t begin = 0; begin < length; begin += run) {
    simd::f32x16 sum = simd::all16(0.0f);
    for (std::size_t t = begin; t < begin + run && t < length; t += 16)
      sum = sum + simd::load16(scores + t);
    total += simd::sum16(sum);
  }
  return total;
}

/// out[h][d … d + 32) += Σ_t weight[h][t] · values[t] over one run of positions.
template <class Cache, std::size_t Heads>
void add_values(const attention_args& a, std::size_t begin, std::size_t end, std::size_t d,
                const float* weights, std::size_t weight_stride, float* out,
                std::size_t out_stride) {
  simd::f32x16 low[Heads], high[Heads];
#pragma GCC unroll 4
  for (std::size_t h = 0; h < Heads; ++h)
    low[h] = high[h] = simd::all16(0.0f);
  const bool two = d + 16 < a.dim;
  for (std::size_t t = begin; t < end; ++t) {
    const std::byte* value = a.values + t * a.kv_stride;
    const simd::f32x16 v0 = load_row<Cache>(value, d, a.dim);
    const simd::f32x16 v1 = two ? load_row<Cache>(value, d + 16, a.dim) : v0;
#pragma GCC unroll 4
    for (std::size_t h = 0; h < Heads; ++h) {
      const simd::f32x16 weight = simd::all16(weights[h * weight_stride + t]);
      low[h] = simd::fma16(weight, v0, low[h]);
      high[h] = simd::fma16(weight, v1, high[h]);
    }
  }
#pragma GCC unroll 4
  for (std::size_t h = 0; h < Heads; ++h) {
    float* to = out + h * out_stride + d;
    simd::store16(to, simd::load16(to) + low[h]);
    if (two) simd::store16(to + 16, simd::load16(to + 16) + high[h]);
  }
}

/// `Heads` query heads from `first` on. `rows`: [Heads, padded dim], `scores`: [Heads, padded
/// length].
template <class Cache, std::size_t Heads>
void attend(const attention_args& a, std::size_t first, float* rows, float* scores) {
  const std::size_t width = round_up(a.dim, 16), length = round_up(a.length, 16);
  std::memset(rows, 0, Heads * width * sizeof(float));
  for (std::size_t h = 0; h < Heads; ++h)
    for (std::size_t d = 0; d < a.dim; ++d)
      rows[h * width + d] = a.query[(first + h) * a.query_stride + d] * a.scale;
  score<Cache, Heads>(a, rows, width, scores, length);
  float total[Heads];
  for (std::size_t h = 0; h < Heads; ++h)
    total[h] = exponentials(scores + h * length, a.length);
  std::memset(rows, 0, Heads * width * sizeof(float));
  for (std::size_t begin = 0; begin < a.length; begin += run)
    for (std::size_t d = 0; d < a.dim; d += 32)
      add_values<Cache, Heads>(a, begin, begin + run < a.length ? begin + run : a.length, d, scores,
                               length, rows, width);
  for (std::size_t h = 0; h < Heads; ++h)
    for (std::size_t d = 0; d < a.dim; ++d)
      a.out[(first + h) * a.out_stride + d] = rows[h * width + d] / total[h];
}

template <class Cache>
void attend_all(const attention_args& a) {
  float* scores = a.scratch + heads_at_once * round_up(a.dim, 16);
  for (std::size_t first = 0; first < a.group; first += heads_at_once)
    with_count<heads_at_once>(a.group - first, [&](auto heads) QX_INLINE_LAMBDA {
      attend<Cache, decltype(heads)::value>(a, first, a.scratch, scores);
    });
}

}  // namespace

std::size_t attention_scratch(std::size_t, std::size_t dim, std::size_t length) {
  return heads_at_once * (round_up(dim, 16) + round_up(length, 16));
}

void attention(const attention_args& args) {
  if (args.kv_type == dtype::f16)
    attend_all<f16_cache>(args);
  else
    attend_all<f32_cache>(args);
}

}  // namespace qx::kernel::inline QX_ARCH
