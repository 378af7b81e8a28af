// SPDX-License-Identifier: MIT
/// \file
/// What a row of attention has gathered so far: the weighted values, the largest score, the sum of
/// the exponentials. Two of these, of different positions, are joined to that of both.
#pragma once

#include <qx/kernel/activations.hpp>
#include <qx/simd/lanes.hpp>
#include <qx/simd/math.hpp>

#include <cstddef>

namespace qx::kernel::inline QX_ARCH {

/// Elements of a head, rounded up to whole vectors.
constexpr std::size_t width_of(std::size_t dim) { return round_up(dim, 16); }

/// What a row has gathered: the weighted values [width], the largest score, the sum of the
/// exponentials, and room to keep whole lines.
constexpr std::size_t state_of(std::size_t width) { return width + 16; }
QX_INLINE float& largest_in(float* state, std::size_t width) { return state[width]; }
QX_INLINE float& total_in(float* state, std::size_t width) { return state[width + 1]; }

/// The largest of a row's first n scores; those behind, up to a whole vector, become −infinity.
inline float largest_score(float* scores, std::size_t n) {
  for (std::size_t t = n; t < round_up(n, 16); ++t)
    scores[t] = -__builtin_inff();
  simd::f32x16 top = simd::load16(scores);
  for (std::size_t t = 16; t < n; t += 16)
    top = simd::max16(top, simd::load16(scores + t));
  alignas(64) float lane[16];
  simd::store16(lane, top);
  for (std::size_t half = 8; half > 0; half /= 2)
    for (std::size_t i = 0; i < half; ++i)
      lane[i] = lane[i] > lane[i + half] ? lane[i] : lane[i + half];
  return lane[0];
}

/// What numbers that were weighted with exponentials above `before` are worth above `top`.
inline float rescaled(float before, float top) {
  if (before == top) return 1.0f;
  alignas(64) float lane[16];
  simd::exp(simd::pack<float>(before) - simd::pack<float>(top)).store(lane);
  return lane[0];
}

/// Turns a row's scores into exponentials of what they fall short of the largest so far, and
/// returns what everything gathered before must be scaled by.
inline float exponentials(float* scores, float* state, std::size_t width, std::size_t n,
                          bool first) {
  float &largest = largest_in(state, width), &total = total_in(state, width);
  const float block = largest_score(scores, n), before = largest;
  const float top = first || block > before ? block : before;
  const simd::pack<float> shift(top);
  simd::f32x16 sum = simd::all16(0.0f);
  for (std::size_t t = 0; t < n; t += 16) {
    simd::exp(simd::pack<float>::load(scores + t) - shift).store(scores + t);
    sum = sum + simd::load16(scores + t);
  }
  const float factor = first ? 0.0f : rescaled(before, top);
  total = first ? simd::sum16(sum) : total * factor + simd::sum16(sum);
  largest = top;
  return factor;
}

/// Joins what a row gathered elsewhere to `into`.
inline void join_states(float* into, const float* from, std::size_t width) {
  const float before = largest_in(into, width), more = from[width];
  const float top = more > before ? more : before;
  const float keep = rescaled(before, top), take = rescaled(more, top);
  for (std::size_t d = 0; d < width; d += 16)
    simd::store16(into + d, simd::fma16(simd::load16(into + d), simd::all16(keep),
                                        simd::load16(from + d) * simd::all16(take)));
  total_in(into, width) = total_in(into, width) * keep + from[width + 1] * take;
  largest_in(into, width) = top;
}

}  // namespace qx::kernel::inline QX_ARCH
