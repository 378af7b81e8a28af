// SPDX-License-Identifier: MIT
/// \file
/// The generator behind every draw: SplitMix64 (Steele, Lea and Flood 2014), which passes BigCrush
/// and is a counter at heart, so that any draw of a stream can be repeated by its number.
#pragma once

#include <cstdint>

namespace qx::sampling {

class random_stream {
 public:
  constexpr explicit random_stream(std::uint64_t seed) : seed_(seed) {}

  /// Sixty-four random bits.
  constexpr std::uint64_t bits() { return mix(seed_ + ++drawn_ * golden); }
  /// A number in [0, 1): the upper 53 bits, each multiple of 2^-53 equally likely.
  constexpr double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

  /// Numbers drawn so far. Setting it winds the stream back or forward.
  [[nodiscard]] constexpr std::uint64_t position() const { return drawn_; }
  constexpr void seek(std::uint64_t position) { drawn_ = position; }

 private:
  static constexpr std::uint64_t golden = 0x9e3779b97f4a7c15;  // 2^64 / golden ratio, odd

  static constexpr std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  std::uint64_t seed_;
  std::uint64_t drawn_ = 0;
};

}  // namespace qx::sampling
