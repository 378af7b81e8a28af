// SPDX-License-Identifier: MIT
/// \file
/// What Q4_K and Q5_K share: x = (scale · s) · q - (base · m) in eight groups of 32 elements, and
/// the eight s and eight m, sixteen six-bit numbers in twelve bytes.
///
/// Groups 0–3 have s in the low six bits of byte j, m in those of byte 4 + j. Groups 4–7 have their
/// lower four bits in byte 4 + j (low nibble s, high nibble m) and their upper two in the two high
/// bits of byte j - 4 (s) and of byte j (m).
#pragma once

#include <qx/quant/block.hpp>
#include <qx/quant/parts.hpp>

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

/// Decodes a block with fields `scale`, `base` and `groups`, whose `code(j, l)` is q of element l
/// of group j.
template <class B>
QX_INLINE constexpr void decode_groups(const B& block, std::span<float, 256> out) {
  const float scale = static_cast<float>(block.scale), base = static_cast<float>(block.base);
  for (std::size_t j = 0; j < 8; ++j) {
    const float step = scale * static_cast<float>(block.groups.scale(j));
    const float offset = base * static_cast<float>(block.groups.minimum(j));
    for (std::size_t l = 0; l < 32; ++l)
      out[j * 32 + l] = step * static_cast<float>(block.code(j, l)) - offset;
  }
}

/// Makes the same fields; `put(j, l, q)` of the block makes the codes, out of zeros.
template <class B>
QX_INLINE constexpr void pack_groups(const affine_parts<8>& from, B& block) {
  block = {};
  block.scale = from.scale;
  block.base = from.base;
  for (std::size_t j = 0; j < 8; ++j) {
    block.groups.put(j, from.s[j], from.m[j]);
    for (std::size_t l = 0; l < 32; ++l)
      block.put(j, l, from.codes[j * 32 + l]);
  }
}

}  // namespace qx::quant
