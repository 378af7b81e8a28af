// SPDX-License-Identifier: MIT
/// \file
/// Q8_0: 32 elements in 34 bytes, x = q · scale.
///
/// | bytes | field |
/// |---|---|
/// | 0–1 | scale, binary16 |
/// | 2–33 | codes: one signed byte per element |
#pragma once

#include <qx/quant/block.hpp>

namespace qx::quant {

struct q8_0 {
  static constexpr dtype type = dtype::q8_0;
  static constexpr std::size_t elements = 32;

  f16 scale;
  std::int8_t codes[32];
};

QX_INLINE constexpr void decode(const q8_0& block, std::span<float, 32> out) {
  const float scale = static_cast<float>(block.scale);
  for (std::size_t i = 0; i < 32; ++i)
    out[i] = static_cast<float>(block.codes[i]) * scale;
}

/// Codes are rounded to nearest, ties away from zero, in -127…127.
QX_INLINE constexpr void encode(std::span<const float, 32> in, q8_0& block) {
  const float scale = detail::storable(detail::magnitude(detail::extreme(in)) / 127.0f);
  const float inverse = detail::inverse(scale);
  block.scale = f16::from(scale);
  for (std::size_t i = 0; i < 32; ++i) {
    // In double, where adding a half is exact: in float, 0.49999997 would become 1.
    const double x = static_cast<double>(detail::finite(in[i]) * inverse);
    const double half_away = x < 0.0 ? x - 0.5 : x + 0.5;
    const double kept = half_away > 127.0 ? 127.0 : half_away < -127.0 ? -127.0 : half_away;
    block.codes[i] = kept == kept ? static_cast<std::int8_t>(kept) : std::int8_t{0};
  }
}

static_assert(EncodableBlock<q8_0>);

}  // namespace qx::quant
