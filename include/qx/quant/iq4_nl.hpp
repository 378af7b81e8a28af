// SPDX-License-Identifier: MIT
/// \file
/// IQ4_NL: 32 elements in 18 bytes, x = scale · level[q].
///
/// | bytes | field |
/// |---|---|
/// | 0–1 | scale, binary16 |
/// | 2–17 | codes: the low nibble of byte i is element i, the high nibble element i + 16 |
#pragma once

#include <qx/quant/block.hpp>

namespace qx::quant {

struct iq4_nl {
  static constexpr dtype type = dtype::iq4_nl;
  static constexpr std::size_t elements = 32;

  /// Sixteen levels, denser around zero, where most weights are.
  static constexpr std::int8_t levels[16] = {-127, -104, -83, -65, -49, -35, -22, -10,
                                             1,    13,   25,  38,  53,  69,  89,  113};

  f16 scale;
  std::uint8_t codes[16];
};

QX_INLINE constexpr void decode(const iq4_nl& block, std::span<float, 32> out) {
  const float scale = static_cast<float>(block.scale);
  for (std::size_t i = 0; i < 16; ++i) {
    out[i] = scale * static_cast<float>(iq4_nl::levels[detail::nibble(block.codes[i], 0)]);
    out[i + 16] = scale * static_cast<float>(iq4_nl::levels[detail::nibble(block.codes[i], 4)]);
  }
}

static_assert(Block<iq4_nl>);

}  // namespace qx::quant
