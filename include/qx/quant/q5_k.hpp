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

  [[nodiscard]] QX_INLINE constexpr int code(std::size_t j, std::size_t l) const {
    const int low = detail::nibble(codes[j / 2 * 32 + l], j % 2 == 0 ? 0 : 4);
    return low | ((fifths[l] >> j) & 1) << 4;
  }
  QX_INLINE constexpr void put(std::size_t j, std::size_t l, int q) {
    std::uint8_t& byte = codes[j / 2 * 32 + l];
    byte = static_cast<std::uint8_t>(byte | (q & 15) << (j % 2 == 0 ? 0 : 4));
    fifths[l] = static_cast<std::uint8_t>(fifths[l] | (q >> 4) << j);
  }
};

QX_INLINE constexpr void decode(const q5_k& block, std::span<float, 256> out) {
  decode_groups(block, out);
}
QX_INLINE constexpr void pack(const q5_k::parts& from, q5_k& block) { pack_groups(from, block); }

static_assert(Block<q5_k>);

}  // namespace qx::quant
