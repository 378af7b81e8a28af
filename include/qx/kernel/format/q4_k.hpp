// SPDX-License-Identifier: MIT
/// \file
/// Q4_K panels: w = scale · s · code − base · m, s and m of groups of 32. A unit is four words of
/// 16 rows, each with two quads of nibbles. 2.8 % more bytes than the file.
#pragma once

#include <qx/kernel/format/k_groups.hpp>
#include <qx/quant/q4_k.hpp>

namespace qx::kernel::inline QX_ARCH {

struct q4_k_panel : k_groups_head {
  using block = quant::q4_k;
  static constexpr int top_code = 15;
  static constexpr std::size_t unit_bytes = 4 * 4 * panel_rows;

  template <std::size_t Quad>
  QX_INLINE static simd::i32x16 codes(const std::byte* unit) {
    return nibbles<Quad>(unit);
  }

  static void pack_row(const block& from, std::size_t row, std::byte* to) {
    pack_head(from.scale, from.base, from.groups, row, to);
    for (std::size_t g = 0; g < 8; ++g)
      pack_nibbles(from.codes, g, row, to + head_bytes + g * unit_bytes);
  }
};

}  // namespace qx::kernel::inline QX_ARCH
