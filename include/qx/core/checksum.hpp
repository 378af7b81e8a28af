// SPDX-License-Identifier: MIT
/// \file
/// A checksum of bytes against accidents: a flipped bit, a lost page, a file that was cut off.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace qx {

/// Fletcher's checksum over 64-bit words in eight lanes, which runs at the speed of memory: sums
/// see every changed word, sums of sums see words that changed places. Not for adversaries.
[[nodiscard]] inline std::uint64_t checksum(std::span<const std::byte> bytes) {
  constexpr std::size_t lanes = 8, step = lanes * sizeof(std::uint64_t);
  std::array<std::uint64_t, lanes> sum{}, sums{}, words{};
  const auto add = [&](const std::byte* from, std::size_t count) {
    std::memcpy(words.data(), from, count);
    for (std::size_t l = 0; l < lanes; ++l) {
      sum[l] += words[l];
      sums[l] += sum[l];
    }
  };
  std::size_t at = 0;
  for (; at + step <= bytes.size(); at += step)
    add(bytes.data() + at, step);
  words.fill(0);
  if (at < bytes.size()) add(bytes.data() + at, bytes.size() - at);
  // Fibonacci hashing spreads each part over all bits before the next one joins.
  constexpr std::uint64_t golden = 0x9e3779b97f4a7c15u;
  std::uint64_t out = bytes.size() * golden;
  for (std::size_t l = 0; l < lanes; ++l) {
    out = std::rotl((out ^ sum[l]) * golden, 29);
    out = std::rotl((out ^ sums[l]) * golden, 31);
  }
  return out;
}

}  // namespace qx
