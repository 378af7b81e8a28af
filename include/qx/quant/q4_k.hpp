// SPDX-License-Identifier: MIT
/// \file
/// Q4_K: 256 elements in 144 bytes, x = (scale · s) · q - (base · m), where s and m are six-bit
/// numbers of a group of 32 elements.
///
/// | bytes | field |
/// |---|---|
/// | 0–1 | scale, binary16 |
/// | 2–3 | base, binary16 |
/// | 4–15 | groups, see quant/k_groups.hpp |
/// | 16–143 | codes: byte 32 p + l holds element 64 p + l in the low nibble, + 32 in the high one |
#pragma once

#include <qx/quant/block.hpp>
#include <qx/quant/k_groups.hpp>

namespace qx::quant {

struct q4_k {
  static constexpr dtype type = dtype::q4_k;
  static constexpr std::size_t elements = 256;
  using parts = affine_parts<8>;
  static constexpr int top_code = 15, top_group = 63;

  f16 scale;
  f16 base;
  k_groups groups;
  std::uint8_t codes[128];

  [[nodiscard]] QX_INLINE constexpr int code(std::size_t j, std::size_t l) const {
    return detail::nibble(codes[j / 2 * 32 + l], j % 2 == 0 ? 0 : 4);
  }
  QX_INLINE constexpr void put(std::size_t j, std::size_t l, int q) {
    std::uint8_t& byte = codes[j / 2 * 32 + l];
    byte = static_cast<std::uint8_t>(byte | q << (j % 2 == 0 ? 0 : 4));
  }
};

QX_INLINE constexpr void decode(const q4_k& block, std::span<float, 256> out) {
  decode_groups(block, out);
}
QX_INLINE constexpr void pack(const q4_k::parts& from, q4_k& block) { pack_groups(from, block); }

static_assert(Block<q4_k>);

}  // namespace qx::quant
