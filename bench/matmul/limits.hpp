// SPDX-License-Identifier: MIT
/// \file
/// What the machine could do at most, measured beside the kernels: multiply-adds per second of the
/// dot and float instructions from registers alone, and bytes per second read from memory.
#pragma once

#include <qx/platform/thread_pool.hpp>

#include <cstddef>
#include <span>

namespace qx::bench {

/// 1e9 multiply-adds per second of all threads of the pool; 0 where the machine lacks the
/// instruction.
struct peak_rates {
  double dot512 = 0;    ///< vpdpbusd, 512 bits
  double dot256 = 0;    ///< vpmaddubsw and vpaddw, 256 bits: four bits times eight
  double bf16_512 = 0;  ///< vdpbf16ps, 512 bits
  double fma512 = 0;
  double fma256 = 0;
};
[[nodiscard]] peak_rates measure_peaks(platform::thread_pool& pool);

/// 1e9 bytes per second at which the pool reads the fastest `piece` of `memory`, piece after piece,
/// each thread a contiguous share of it.
[[nodiscard]] double read_rate(platform::thread_pool& pool, std::span<const std::byte> memory,
                               std::size_t piece);

}  // namespace qx::bench
