// SPDX-License-Identifier: MIT
/// \file
/// The eight scales and eight minima of Q4_K and Q5_K: sixteen six-bit numbers in twelve bytes.
///
/// Groups 0–3 have s in the low six bits of byte j, m in those of byte 4 + j. Groups 4–7 have their
/// lower four bits in byte 4 + j (low nibble s, high nibble m) and their upper two in the two high
/// bits of byte j - 4 (s) and of byte j (m).
#pragma once

#include <qx/quant/block.hpp>

namespace qx::quant {

struct k_groups {
  std::uint8_t packed[12];

  /// s of group j, 0…7.
  [[nodiscard]] QX_INLINE constexpr int scale(std::size_t j) const {
    if (j < 4) return packed[j] & 63;
    return detail::nibble(packed[j + 4], 0) | (packed[j - 4] >> 6) << 4;
  }
  /// m of group j, 0…7.
  [[nodiscard]] QX_INLINE constexpr int minimum(std::size_t j) const {
    if (j < 4) return packed[j + 4] & 63;
    return detail::nibble(packed[j + 4], 4) | (packed[j] >> 6) << 4;
  }
  /// Makes both of group j, 0…63 each, out of zeros.
  QX_INLINE constexpr void put(std::size_t j, int s, int m) {
    const auto join = [this](std::size_t at, int bits) {
      packed[at] = static_cast<std::uint8_t>(packed[at] | bits);
    };
    if (j < 4) {
      join(j, s);
      join(j + 4, m);
    } else {
      join(j + 4, (s & 15) | (m & 15) << 4);
      join(j - 4, (s >> 4) << 6);
      join(j, (m >> 4) << 6);
    }
  }
};

}  // namespace qx::quant
