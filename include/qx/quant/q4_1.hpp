// SPDX-License-Identifier: MIT
/// \file
/// Q4_1: 32 elements in 20 bytes, x = q · scale + lowest.
///
/// | bytes | field |
/// |---|---|
/// | 0–1 | scale, binary16 |
/// | 2–3 | lowest, binary16 |
/// | 4–19 | codes: the low nibble of byte i is element i, the high nibble element i + 16 |
#pragma once

#include <qx/quant/block.hpp>

namespace qx::quant {

struct q4_1 {
  static constexpr dtype type = dtype::q4_1;
  static constexpr std::size_t elements = 32;

  f16 scale;
  f16 lowest;
  std::uint8_t codes[16];
};

QX_INLINE constexpr void decode(const q4_1& block, std::span<float, 32> out) {
  const float scale = static_cast<float>(block.scale), lowest = static_cast<float>(block.lowest);
  for (std::size_t i = 0; i < 16; ++i) {
    out[i] = static_cast<float>(detail::nibble(block.codes[i], 0)) * scale + lowest;
    out[i + 16] = static_cast<float>(detail::nibble(block.codes[i], 4)) * scale + lowest;
  }
}

QX_INLINE constexpr void encode(std::span<const float, 32> in, q4_1& block) {
  const auto [lowest, highest] = detail::bounds_of(in);
  const float scale = detail::storable((highest - lowest) / 15.0f);
  const float inverse = detail::inverse(scale);
  block.scale = f16::from(scale);
  block.lowest = f16::from(detail::storable(lowest));
  for (std::size_t i = 0; i < 16; ++i) {
    const int low = detail::code((detail::finite(in[i]) - lowest) * inverse + 0.5f, 15);
    const int high = detail::code((detail::finite(in[i + 16]) - lowest) * inverse + 0.5f, 15);
    block.codes[i] = static_cast<std::uint8_t>(low | high << 4);
  }
}

static_assert(EncodableBlock<q4_1>);

}  // namespace qx::quant
