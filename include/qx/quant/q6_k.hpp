// SPDX-License-Identifier: MIT
/// \file
/// Q6_K: 256 elements in 210 bytes, x = (scale · s) · (q - 32), where s is a signed byte of a group
/// of 16 elements.
///
/// | bytes | field |
/// |---|---|
/// | 0–127 | codes, the lower four bits: byte 64 h + l (l below 64) holds elements 128 h + l, + 64
/// | | 128–191 | the upper two: byte 32 h + l holds those of elements 128 h + l, + 32, + 64, + 96 |
/// | 192–207 | groups: s |
/// | 208–209 | scale, binary16 |
#pragma once

#include <qx/quant/block.hpp>
#include <qx/quant/parts.hpp>

namespace qx::quant {

struct q6_k {
  static constexpr dtype type = dtype::q6_k;
  static constexpr std::size_t elements = 256;
  using parts = scaled_parts<16>;
  static constexpr int lowest_code = -32, lowest_group = -128;

  std::uint8_t codes[128];
  std::uint8_t upper[64];
  std::int8_t groups[16];
  f16 scale;
};

QX_INLINE constexpr void decode(const q6_k& block, std::span<float, 256> out) {
  const float scale = static_cast<float>(block.scale);
  for (std::size_t group = 0; group < 16; ++group) {
    const float step = scale * static_cast<float>(block.groups[group]);
    const std::size_t first = group * 16, half = first / 128, quarter = first % 128 / 32;
    for (std::size_t e = first; e < first + 16; ++e) {
      const int low = detail::nibble(block.codes[64 * half + e % 64], quarter < 2 ? 0 : 4);
      const int high = ((block.upper[32 * half + e % 32] >> (2 * quarter)) & 3) << 4;
      out[e] = step * static_cast<float>((low | high) - 32);
    }
  }
}

QX_INLINE constexpr void pack(const q6_k::parts& from, q6_k& block) {
  block = {.codes = {}, .upper = {}, .groups = {}, .scale = from.scale};
  const auto join = [](std::uint8_t& byte, int bits) {
    byte = static_cast<std::uint8_t>(byte | bits);
  };
  for (std::size_t group = 0; group < 16; ++group)
    block.groups[group] = from.s[group];
  for (std::size_t e = 0; e < 256; ++e) {
    const int code = from.codes[e] + 32;
    const std::size_t half = e / 128, quarter = e % 128 / 32;
    join(block.codes[64 * half + e % 64], (code & 15) << (quarter < 2 ? 0 : 4));
    join(block.upper[32 * half + e % 32], (code >> 4) << (2 * quarter));
  }
}

static_assert(Block<q6_k>);

}  // namespace qx::quant
