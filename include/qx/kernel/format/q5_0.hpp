// SPDX-License-Identifier: MIT
/// \file
/// Q5_0 panels: w = scale · (code − 16).
#pragma once

#include <qx/kernel/format/nibbles.hpp>
#include <qx/quant/q5_0.hpp>

namespace qx::kernel::inline QX_ARCH {

struct q5_0_panel : half_scales, five_bit_codes {
  using block = quant::q5_0;
  using dot = simd::dot_unsigned<31>;
  static constexpr int offset = 16;
  static constexpr bool has_lowest = false;

  QX_INLINE static dot::weights weights(const std::byte* codes, std::size_t step) {
    return dot::prepare(codes_of(codes, step));
  }
};

}  // namespace qx::kernel::inline QX_ARCH
