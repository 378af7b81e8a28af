// SPDX-License-Identifier: MIT
/// \file
/// MXFP4: 32 elements in 17 bytes, x = 2^(exponent − 127) · e2m1(q).
///
/// | bytes | field |
/// |---|---|
/// | 0 | exponent, E8M0: a power of two without sign or mantissa; 255 is NaN |
/// | 1–16 | codes: the low nibble of byte i is element i, the high nibble element i + 16 |
///
/// Source: OCP Microscaling Formats (MX) Specification 1.0, sections 5.3.3, 5.4.1 and 6.3.
#pragma once

#include <qx/quant/block.hpp>

#include <bit>

namespace qx::quant {

struct mxfp4 {
  static constexpr dtype type = dtype::mxfp4;
  static constexpr std::size_t elements = 32;

  /// Twice the values of E2M1 (sign, two bits of exponent, one of mantissa), so that they are
  /// integers.
  static constexpr std::int8_t levels[16] = {0, 1,  2,  3,  4,  6,  8,  12,
                                             0, -1, -2, -3, -4, -6, -8, -12};

  std::uint8_t exponent;
  std::uint8_t codes[16];

  /// What the levels are multiplied by: half of the block's scale, 2^(exponent − 128).
  [[nodiscard]] QX_INLINE constexpr float half_scale() const {
    if (exponent == 255) return std::numeric_limits<float>::quiet_NaN();
    // The two smallest are subnormal.
    return std::bit_cast<float>(exponent < 2 ? std::uint32_t{0x200000} << exponent
                                             : (exponent - std::uint32_t{1}) << 23);
  }
};

QX_INLINE constexpr void decode(const mxfp4& block, std::span<float, 32> out) {
  const float scale = block.half_scale();
  for (std::size_t i = 0; i < 16; ++i) {
    out[i] = static_cast<float>(mxfp4::levels[detail::nibble(block.codes[i], 0)]) * scale;
    out[i + 16] = static_cast<float>(mxfp4::levels[detail::nibble(block.codes[i], 4)]) * scale;
  }
}

namespace detail {

/// The code of the level nearest to x / scale; of two equally near ones the one nearer to 0, which
/// is never negative.
[[nodiscard]] QX_INLINE constexpr int nearest_e2m1(float x, float scale) {
  int best = 0;
  for (int code = 1; code < 8; ++code)
    if (magnitude(static_cast<float>(mxfp4::levels[code]) * scale - magnitude(x)) <
        magnitude(static_cast<float>(mxfp4::levels[best]) * scale - magnitude(x)))
      best = code;
  return best != 0 && x < 0.0f ? best | 8 : best;
}

}  // namespace detail

/// The scale is the power of two at or below the largest magnitude, a quarter of it, so that this
/// element falls on 4, 6 or between.
QX_INLINE constexpr void encode(std::span<const float, 32> in, mxfp4& block) {
  const std::uint32_t power =
      std::bit_cast<std::uint32_t>(detail::magnitude(detail::extreme(in))) >> 23;
  block.exponent = static_cast<std::uint8_t>(power < 2 ? 0 : power - 2);
  const float scale = block.half_scale();
  for (std::size_t i = 0; i < 16; ++i) {
    const int low = detail::nearest_e2m1(detail::finite(in[i]), scale);
    const int high = detail::nearest_e2m1(detail::finite(in[i + 16]), scale);
    block.codes[i] = static_cast<std::uint8_t>(low | high << 4);
  }
}

static_assert(EncodableBlock<mxfp4>);

}  // namespace qx::quant
