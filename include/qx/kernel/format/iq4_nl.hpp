// SPDX-License-Identifier: MIT
/// \file
/// IQ4_NL panels: w = scale · level[code], the levels looked up sixteen bytes at a time.
#pragma once

#include <qx/kernel/format/nibbles.hpp>
#include <qx/quant/iq4_nl.hpp>

namespace qx::kernel::inline QX_ARCH {

struct iq4_nl_panel : half_scales, nibble_codes {
  using block = quant::iq4_nl;
  using dot = simd::dot_signed;
  static constexpr int offset = dot::offset;
  static constexpr bool has_lowest = false;
  static constexpr level_table levels{block::levels, offset};

  QX_INLINE static dot::weights weights(const std::byte* codes, std::size_t step) {
    return dot::prepare(simd::look_up(simd::repeated_bytes(levels.byte), nibbles(codes, step)));
  }
};

}  // namespace qx::kernel::inline QX_ARCH
