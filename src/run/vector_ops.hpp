// SPDX-License-Identifier: MIT
/// \file
/// The sweeps of a sampler, one set for each instruction set. Plain data: this header crosses
/// archs.
#pragma once

#include <qx/core/token.hpp>

#include <cstddef>
#include <span>

namespace qx::sampling {

/// Some of the candidates, together.
struct mass {
  double weight;
  std::size_t count;
};

/// Sums over finite elements.
struct moments {
  double sum;
  double squares;
  std::size_t count;
};

/// Blocks are `candidates::block` elements, the last one what is left. Results have the same bits
/// on every arch.
struct vector_ops {
  /// largest[b] = the largest element of block b, or NaN where the block has one.
  void (*block_largest)(std::span<const float> x, std::span<float> largest);
  /// sums[b] = Σ exp((x - origin) · scale) over block b.
  void (*block_weights)(std::span<const float> x, float origin, float scale, std::span<float> sums);
  /// out = exp((x - origin) · scale).
  void (*weights)(std::span<const float> x, float origin, float scale, std::span<float> out);
  /// out = x · scale; `out` may be `x`.
  void (*multiply)(std::span<const float> x, float scale, std::span<float> out);

  /// Of (x - origin).
  sampling::moments (*moments)(std::span<const float> x, float origin);

  // Of the following each writes up to `slack` elements behind what it returns the number of.
  static constexpr std::size_t slack = 16;

  /// Moves the elements that are at least `least` to `out`, in their order; `out` may be `x` or
  /// lie before it. Returns how many.
  std::size_t (*keep)(std::span<const float> x, float least, float* out);
  /// The same together with their ids: those from `ids` on, or `first`, `first` + 1 … where `ids`
  /// is null.
  std::size_t (*keep_ids)(std::span<const float> x, const token_id* ids, token_id first,
                          float least, float* out, token_id* out_ids);
  /// What the elements that are at least `least` weigh, and how many they are.
  mass (*mass_from)(std::span<const float> x, const float* weights, float least);
  /// Moves the elements that are at least `at`, or those that are not, with their weights to the
  /// front.
  std::size_t (*split)(std::span<float> x, float* weights, float at, bool upper);
};

}  // namespace qx::sampling
