// SPDX-License-Identifier: MIT
/// \file
/// MXFP4 panels: w = 2^(exponent − 128) · level[code], where the levels, twice the numbers of E2M1,
/// are small integers.
#pragma once

#include <qx/kernel/format/nibbles.hpp>
#include <qx/quant/mxfp4.hpp>

namespace qx::kernel::inline QX_ARCH {

struct mxfp4_panel : nibble_codes {
  using block = quant::mxfp4;
  using dot = simd::dot_unsigned<31>;
  static constexpr int offset = 16;
  static constexpr bool has_lowest = false;
  static constexpr std::size_t scale_bytes = 1;
  static constexpr level_table levels{block::levels, offset};

  /// The exponent's place in a float makes 2^(exponent − 127) of it, but for 0, which a subnormal
  /// stands for, and 255: infinity, which times zero is the NaN that is meant.
  QX_INLINE static simd::f32x16 load_scales(const std::byte* p) {
    const simd::f32x16 scale = simd::exponents_of_bytes(simd::load_bytes(p));
    return simd::fma16(scale, simd::all16(0.0f), scale * simd::all16(0.5f));
  }
  QX_INLINE static dot::weights weights(const std::byte* codes, std::size_t step) {
    return dot::prepare(simd::look_up(simd::repeated_bytes(levels.byte), nibbles(codes, step)));
  }
};

}  // namespace qx::kernel::inline QX_ARCH
