// SPDX-License-Identifier: MIT
/// \file
/// Loops that do nothing but read or nothing but multiply, one set for each instruction set. Plain
/// data: this header crosses archs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace qx::run {

/// A loop of multiply-adds in registers: `macs` of them in each round. The result means nothing
/// but must be used, or the compiler removes the loop.
struct arithmetic_loop {
  std::size_t macs;
  std::int32_t (*run)(std::size_t rounds);
};

struct machine_ops {
  /// Reads all of `bytes` once; their number is a multiple of 1024.
  std::int32_t (*read)(std::span<const std::byte> bytes);
  arithmetic_loop int8;  ///< with the instructions of the integer kernels
  arithmetic_loop f32;   ///< fused where the machine has it
};

}  // namespace qx::run
