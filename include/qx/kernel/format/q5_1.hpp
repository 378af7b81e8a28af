// SPDX-License-Identifier: MIT
/// \file
/// Q5_1 panels: w = scale · code + lowest.
#pragma once

#include <qx/kernel/format/nibbles.hpp>
#include <qx/quant/q5_1.hpp>

namespace qx::kernel::inline QX_ARCH {

struct q5_1_panel : half_scales, five_bit_codes {
  using block = quant::q5_1;
  using dot = simd::dot_unsigned<31>;
  static constexpr int offset = 0;
  static constexpr bool has_lowest = true;

  QX_INLINE static dot::weights weights(const std::byte* codes, std::size_t step) {
    return dot::prepare(codes_of(codes, step));
  }
};

}  // namespace qx::kernel::inline QX_ARCH
