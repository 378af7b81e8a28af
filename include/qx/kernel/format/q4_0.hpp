// SPDX-License-Identifier: MIT
/// \file
/// Q4_0 panels: w = scale · (code − 8).
#pragma once

#include <qx/kernel/format/nibbles.hpp>
#include <qx/quant/q4_0.hpp>

namespace qx::kernel::inline QX_ARCH {

struct q4_0_panel : half_scales, nibble_codes {
  using block = quant::q4_0;
  using dot = simd::dot_unsigned<15>;
  static constexpr int offset = 8;
  static constexpr bool has_lowest = false;

  QX_INLINE static dot::weights weights(const std::byte* codes, std::size_t step) {
    return dot::prepare(nibbles(codes, step));
  }
};

}  // namespace qx::kernel::inline QX_ARCH
