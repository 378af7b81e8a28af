// SPDX-License-Identifier: MIT
/// \file
/// Q4_1 panels: w = scale · code + lowest.
#pragma once

#include <qx/kernel/format/nibbles.hpp>
#include <qx/quant/q4_1.hpp>

namespace qx::kernel::inline QX_ARCH {

struct q4_1_panel : half_scales, nibble_codes {
  using block = quant::q4_1;
  using dot = simd::dot_unsigned<15>;
  static constexpr int offset = 0;
  static constexpr bool has_lowest = true;

  QX_INLINE static dot::weights weights(const std::byte* codes, std::size_t step) {
    return dot::prepare(nibbles(codes, step));
  }
};

}  // namespace qx::kernel::inline QX_ARCH
