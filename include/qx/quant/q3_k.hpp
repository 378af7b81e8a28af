// SPDX-License-Identifier: MIT
/// \file
/// Q3_K: 256 elements in 110 bytes, x = (scale · (s - 32)) · (q - 4), where s is a six-bit number
/// of a group of 16 elements.
///
/// | bytes | field |
/// |---|---|
/// | 0–31 | thirds: bit b of byte l is the third bit of element 32 b + l |
/// | 32–95 | codes, the lower two bits: byte 32 h + l holds elements 128 h + l, + 32, + 64, + 96 |
/// | 96–107 | groups: nibbles of the lower four bits of s, bytes 0–7 (low: groups 0–7, high: 8–15);
/// | | | then the upper two: bits 2 k of byte 8 + j belong to group 4 k + j | | 108–109 | scale,
/// binary16 |
#pragma once

#include <qx/quant/block.hpp>
#include <qx/quant/parts.hpp>

namespace qx::quant {

struct q3_k {
  static constexpr dtype type = dtype::q3_k;
  static constexpr std::size_t elements = 256;
  using parts = scaled_parts<16>;
  static constexpr int lowest_code = -4, lowest_group = -32;

  std::uint8_t thirds[32];
  std::uint8_t codes[64];
  std::uint8_t groups[12];
  f16 scale;

  /// s - 32 of group 0…15.
  [[nodiscard]] QX_INLINE constexpr int group_scale(std::size_t group) const {
    const int low = detail::nibble(groups[group % 8], group < 8 ? 0 : 4);
    const int high = (groups[8 + group % 4] >> (2 * (group / 4))) & 3;
    return (low | high << 4) - 32;
  }
};

QX_INLINE constexpr void decode(const q3_k& block, std::span<float, 256> out) {
  const float scale = static_cast<float>(block.scale);
  for (std::size_t group = 0; group < 16; ++group) {
    const float step = scale * static_cast<float>(block.group_scale(group));
    const std::size_t first = group * 16, half = first / 128, plane = first % 128 / 32;
    for (std::size_t e = first; e < first + 16; ++e) {
      const int low = (block.codes[32 * half + e % 32] >> (2 * plane)) & 3;
      const int high = ((block.thirds[e % 32] >> (e / 32)) & 1) << 2;
      out[e] = step * static_cast<float>((low | high) - 4);
    }
  }
}

QX_INLINE constexpr void pack(const q3_k::parts& from, q3_k& block) {
  block = {.thirds = {}, .codes = {}, .groups = {}, .scale = from.scale};
  const auto join = [](std::uint8_t& byte, int bits) {
    byte = static_cast<std::uint8_t>(byte | bits);
  };
  for (std::size_t group = 0; group < 16; ++group) {
    const int s = from.s[group] + 32;
    join(block.groups[group % 8], (s & 15) << (group < 8 ? 0 : 4));
    join(block.groups[8 + group % 4], (s >> 4) << (2 * (group / 4)));
  }
  for (std::size_t e = 0; e < 256; ++e) {
    const int code = from.codes[e] + 4;
    join(block.codes[32 * (e / 128) + e % 32], (code & 3) << (2 * (e % 128 / 32)));
    join(block.thirds[e % 32], (code >> 2) << (e / 32));
  }
}

static_assert(Block<q3_k>);

}  // namespace qx::quant
