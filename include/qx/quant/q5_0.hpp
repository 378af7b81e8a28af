// SPDX-License-Identifier: MIT
/// \file
/// Q5_0: 32 elements in 22 bytes, x = (q - 16) · scale.
///
/// | bytes | field |
/// |---|---|
/// | 0–1 | scale, binary16 |
/// | 2–5 | fifths: bit i of this little-endian number is the fifth bit of element i |
/// | 6–21 | codes: the low nibble of byte i is element i, the high nibble element i + 16 |
#pragma once

#include <qx/quant/block.hpp>

namespace qx::quant {

struct q5_0 {
  static constexpr dtype type = dtype::q5_0;
  static constexpr std::size_t elements = 32;

  f16 scale;
  std::uint8_t fifths[4];
  std::uint8_t codes[16];
};

QX_INLINE constexpr void decode(const q5_0& block, std::span<float, 32> out) {
  const float scale = static_cast<float>(block.scale);
  for (std::size_t i = 0; i < 16; ++i) {
    const int low = detail::nibble(block.codes[i], 0) | detail::fifth_bit(block.fifths, i);
    const int high = detail::nibble(block.codes[i], 4) | detail::fifth_bit(block.fifths, i + 16);
    out[i] = static_cast<float>(low - 16) * scale;
    out[i + 16] = static_cast<float>(high - 16) * scale;
  }
}

QX_INLINE constexpr void encode(std::span<const float, 32> in, q5_0& block) {
  const float scale = detail::storable(detail::extreme(in) / -16.0f);
  const float inverse = detail::inverse(scale);
  block = {.scale = f16::from(scale), .fifths = {}, .codes = {}};
  for (std::size_t i = 0; i < 32; ++i)
    detail::put_five_bits(block.fifths, block.codes, i,
                          detail::code(detail::finite(in[i]) * inverse + 16.5f, 31));
}

static_assert(EncodableBlock<q5_0>);

}  // namespace qx::quant
