// SPDX-License-Identifier: MIT
/// \file
/// What the machine can do at best, measured: the yardstick beside every speed.
#pragma once

#include <qx/core/error.hpp>
#include <qx/fuse/context.hpp>
#include <qx/fuse/roofline.hpp>

#include <cstddef>

namespace qx {

/// With all threads of a context and the instructions of its kernel table.
struct machine_limits {
  double read_bytes_per_second = 0;  ///< sequential, from memory
  double int8_macs_per_second = 0;   ///< 8-bit multiply-adds, of the kind that integer kernels use
  double f32_macs_per_second = 0;    ///< F32 multiply-adds, fused where the machine can

  /// For `explain` of expressions over floats.
  [[nodiscard]] roofline of_floats() const {
    return {read_bytes_per_second, 2 * f32_macs_per_second};
  }
};

/// Reads a buffer much larger than the caches, each thread its own part; the best of several.
/// errc::memory where there is no such buffer.
[[nodiscard]] result<double> read_bandwidth(context& ctx,
                                            std::size_t bytes = std::size_t{256} << 20,
                                            std::size_t repetitions = 5);

/// Multiply-adds a second in registers, no memory involved; the best of several. A few
/// milliseconds.
[[nodiscard]] double int8_rate(context& ctx, std::size_t repetitions = 5);
[[nodiscard]] double f32_rate(context& ctx, std::size_t repetitions = 5);

/// All three, in about a fifth of a second.
[[nodiscard]] result<machine_limits> measure_machine(context& ctx);

}  // namespace qx
