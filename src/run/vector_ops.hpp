// SPDX-License-Identifier: MIT
/// \file
/// The sweeps of a sampler, one set for each instruction set. Plain data: this header crosses
/// archs.
#pragma once

#include <cstddef>
#include <span>

namespace qx::sampling {

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
};

}  // namespace qx::sampling
