// SPDX-License-Identifier: MIT
/// \file
/// Q8_0 panels: w = scale · code, codes stored with the offset that the machine's dot product
/// wants.
#pragma once

#include <qx/kernel/format/nibbles.hpp>
#include <qx/quant/q8_0.hpp>

namespace qx::kernel::inline QX_ARCH {

struct q8_0_panel : half_scales {
  using block = quant::q8_0;
  using dot = simd::dot_signed;
  static constexpr int offset = dot::offset;
  static constexpr bool has_lowest = false;
  static constexpr std::size_t code_bytes = 32 * panel_rows;

  static void pack_row(const std::byte* source, std::size_t row, std::byte* codes) {
    for (std::size_t step = 0; step < 8; ++step)
      for (std::size_t i = 0; i < 4; ++i)
        codes[(step * panel_rows + row) * 4 + i] =
            static_cast<std::byte>(std::to_integer<int>(source[dot_group(step) * 4 + i]) + offset);
  }
  QX_INLINE static dot::weights weights(const std::byte* codes, std::size_t step) {
    return dot::prepare(simd::load_quads(codes + step * 4 * panel_rows));
  }
};

}  // namespace qx::kernel::inline QX_ARCH
