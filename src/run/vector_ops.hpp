// SPDX-License-Identifier: MIT
/// \file
/// The sweeps of a sampler, one set for each instruction set. Plain data: this header crosses
/// archs.
#pragma once

#include <qx/kernel/table.hpp>

#include <cstddef>
#include <span>
#include <string_view>

namespace qx::sampling {

/// Blocks are `candidates::block` elements, the last one what is left. Results have the same bits
/// on every arch.
struct vector_ops {
  std::string_view name;  ///< of the kernel table that it goes with
  /// largest[b] = the largest element of block b, or NaN where the block has one.
  void (*block_largest)(std::span<const float> x, std::span<float> largest);
  /// sums[b] = Σ exp((x - origin) · scale) over block b.
  void (*block_weights)(std::span<const float> x, float origin, float scale, std::span<float> sums);
  /// out = exp((x - origin) · scale).
  void (*weights)(std::span<const float> x, float origin, float scale, std::span<float> out);
  /// out = x · scale; `out` may be `x`.
  void (*multiply)(std::span<const float> x, float scale, std::span<float> out);
};

/// The set that goes with a kernel table.
[[nodiscard]] const vector_ops& ops_of(const kernel::table& kernels);

}  // namespace qx::sampling
