// SPDX-License-Identifier: MIT
/// \file
/// Q2_K: 256 elements in 84 bytes, x = (scale · s) · q - (base · m), where s and m are four-bit
/// numbers of a group of 16 elements.
///
/// | bytes | field |
/// |---|---|
/// | 0–15 | groups: low nibble s, high nibble m |
/// | 16–79 | codes: byte 32 h + l holds elements 128 h + l, + 32, + 64, + 96, low bits first |
/// | 80–81 | scale, binary16 |
/// | 82–83 | base, binary16 |
#pragma once

#include <qx/quant/block.hpp>
#include <qx/quant/parts.hpp>

namespace qx::quant {

struct q2_k {
  static constexpr dtype type = dtype::q2_k;
  static constexpr std::size_t elements = 256;
  using parts = affine_parts<16>;
  static constexpr int top_code = 3, top_group = 15;

  std::uint8_t groups[16];
  std::uint8_t codes[64];
  f16 scale;
  f16 base;
};

QX_INLINE constexpr void decode(const q2_k& block, std::span<float, 256> out) {
  const float scale = static_cast<float>(block.scale), base = static_cast<float>(block.base);
  for (std::size_t group = 0; group < 16; ++group) {
    const float step = scale * static_cast<float>(detail::nibble(block.groups[group], 0));
    const float offset = base * static_cast<float>(detail::nibble(block.groups[group], 4));
    const std::size_t first = group * 16, half = first / 128, plane = first % 128 / 32;
    for (std::size_t e = first; e < first + 16; ++e) {
      const int code = (block.codes[32 * half + e % 32] >> (2 * plane)) & 3;
      out[e] = step * static_cast<float>(code) - offset;
    }
  }
}

QX_INLINE constexpr void pack(const q2_k::parts& from, q2_k& block) {
  block = {.groups = {}, .codes = {}, .scale = from.scale, .base = from.base};
  for (std::size_t group = 0; group < 16; ++group)
    block.groups[group] = static_cast<std::uint8_t>(from.s[group] | from.m[group] << 4);
  for (std::size_t e = 0; e < 256; ++e) {
    std::uint8_t& byte = block.codes[32 * (e / 128) + e % 32];
    byte = static_cast<std::uint8_t>(byte | from.codes[e] << (2 * (e % 128 / 32)));
  }
}

static_assert(Block<q2_k>);

}  // namespace qx::quant
