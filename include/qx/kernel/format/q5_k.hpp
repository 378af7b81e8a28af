// SPDX-License-Identifier: MIT
/// \file
/// Q5_K panels: Q4_K with a fifth bit. A unit begins with a word of 16 rows whose bit i of byte b
/// is the fifth bit of byte b of quad i. 2.3 % more bytes than the file.
#pragma once

#include <qx/kernel/format/k_groups.hpp>
#include <qx/quant/q5_k.hpp>

namespace qx::kernel::inline QX_ARCH {

struct q5_k_panel : k_groups_head {
  using block = quant::q5_k;
  static constexpr int top_code = 31;
  static constexpr std::size_t fifths_bytes = 4 * panel_rows;
  static constexpr std::size_t unit_bytes = fifths_bytes + 4 * 4 * panel_rows;

  template <std::size_t Quad>
  QX_INLINE static simd::i32x16 codes(const std::byte* unit) {
    constexpr int shift = static_cast<int>(Quad) - 4;
    return nibbles<Quad>(unit + fifths_bytes) |
           simd::shifted<shift, 0x10101010>(simd::load_words(unit));
  }

  static void pack_row(const block& from, std::size_t row, std::byte* to) {
    pack_head(from.scale, from.base, from.groups, row, to);
    for (std::size_t g = 0; g < 8; ++g) {
      std::byte* const unit = to + head_bytes + g * unit_bytes;
      std::uint32_t fifths = 0;
      for (std::size_t quad = 0; quad < 8; ++quad) {
        std::uint32_t four;
        std::memcpy(&four, from.fifths + 4 * quad, 4);
        fifths |= (four >> g & 0x01010101u) << quad;
      }
      std::memcpy(unit + 4 * row, &fifths, 4);
      pack_nibbles(from.codes, g, row, unit + fifths_bytes);
    }
  }
};

}  // namespace qx::kernel::inline QX_ARCH
