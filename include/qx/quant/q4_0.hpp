// SPDX-License-Identifier: MIT
/// \file
/// Q4_0: 32 elements in 18 bytes, x = (q - 8) · scale.
///
/// | bytes | field |
/// |---|---|
/// | 0–1 | scale, binary16 |
/// | 2–17 | codes: the low nibble of byte i is element i, the high nibble element i + 16 |
#pragma once

#include <qx/quant/block.hpp>

namespace qx::quant {

struct q4_0 {
  static constexpr dtype type = dtype::q4_0;
  static constexpr std::size_t elements = 32;

  f16 scale;
  std::uint8_t codes[16];
};

QX_INLINE constexpr void decode(const q4_0& block, std::span<float, 32> out) {
  const float scale = static_cast<float>(block.scale);
  for (std::size_t i = 0; i < 16; ++i) {
    out[i] = static_cast<float>(detail::nibble(block.codes[i], 0) - 8) * scale;
    out[i + 16] = static_cast<float>(detail::nibble(block.codes[i], 4) - 8) * scale;
  }
}

/// The scale is chosen so that the element of largest magnitude is -8, the one code without a
/// counterpart.
QX_INLINE constexpr void encode(std::span<const float, 32> in, q4_0& block) {
  const float scale = detail::storable(detail::extreme(in) / -8.0f);
  const float inverse = detail::inverse(scale);
  block.scale = f16::from(scale);
  for (std::size_t i = 0; i < 16; ++i) {
    const int low = detail::code(detail::finite(in[i]) * inverse + 8.5f, 15);
    const int high = detail::code(detail::finite(in[i + 16]) * inverse + 8.5f, 15);
    block.codes[i] = static_cast<std::uint8_t>(low | high << 4);
  }
}

static_assert(EncodableBlock<q4_0>);

}  // namespace qx::quant
