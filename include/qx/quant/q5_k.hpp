// SPDX-License-Identifier: MIT
/// \file
/// Q5_K: 256 elements in 176 bytes, x = (scale · s) · q - (base · m), where s and m are six-bit
/// numbers of a group of 32 elements.
///
/// | bytes | field |
/// |---|---|
/// | 0–1 | scale, binary16 |
/// | 2–3 | base, binary16 |
/// | 4–15 | groups, see quant/k_groups.hpp |
/// | 16–47 | fifths: bit j of byte l is the fifth bit of element 32 j + l |
/// | 48–175 | codes: byte 32 p + l holds element 64 p + l in the low nibble, + 32 in the high one |
#pragma once

#include <qx/quant/block.hpp>
#include <qx/quant/k_groups.hpp>
#include <qx/quant/parts.hpp>

namespace qx::quant {

struct q5_k {
  static constexpr dtype type = dtype::q5_k;
  static constexpr std::size_t elements = 256;
  using parts = affine_parts<8>;
  static constexpr int top_code = 31, top_group = 63;

  f16 scale;
  f16 base;
  k_groups groups;
  std::uint8_t fifths[32];
  std::uint8_t codes[128];
};

QX_INLINE constexpr void decode(const q5_k& block, std::span<float, 256> out) {
  const float scale = static_cast<float>(block.scale), base = static_cast<float>(block.base);
  for (std::size_t group = 0; group < 8; ++group) {
    const float step = scale * static_cast<float>(block.groups.scale(group));
    const float offset = base * static_cast<float>(block.groups.minimum(group));
    for (std::size_t l = 0; l < 32; ++l) {
      const int low = detail::nibble(block.codes[group / 2 * 32 + l], group % 2 == 0 ? 0 : 4);
      const int high = ((block.fifths[l] >> group) & 1) << 4;
      out[group * 32 + l] = step * static_cast<float>(low | high) - offset;
    }
  }
}

QX_INLINE constexpr void pack(const q5_k::parts& from, q5_k& block) {
  block = {.scale = from.scale, .base = from.base, .groups = {}, .fifths = {}, .codes = {}};
  for (std::size_t group = 0; group < 8; ++group)
    block.groups.put(group, from.s[group], from.m[group]);
  for (std::size_t e = 0; e < 256; ++e) {
    std::uint8_t& byte = block.codes[e / 64 * 32 + e % 32];
    byte = static_cast<std::uint8_t>(byte | (from.codes[e] & 15) << (e % 64 < 32 ? 0 : 4));
    std::uint8_t& fifth = block.fifths[e % 32];
    fifth = static_cast<std::uint8_t>(fifth | (from.codes[e] >> 4) << (e / 32));
  }
}

static_assert(Block<q5_k>);

}  // namespace qx::quant
