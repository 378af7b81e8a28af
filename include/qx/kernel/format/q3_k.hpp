// SPDX-License-Identifier: MIT
/// \file
/// Q3_K panels: w = scale · s · (code − 4), s of groups of 16. Codes are read times eight, so that
/// their offset is the 32 of Q6_K, and the scale is an eighth. A unit is two groups: a word of 16
/// rows with the lower two bits of each (of quad i in bits 2 i of every byte), and one with the
/// third bits (of quad i in bit i). 5 % more bytes than the file.
#pragma once

#include <qx/kernel/k_tile.hpp>
#include <qx/quant/q3_k.hpp>

namespace qx::kernel::inline QX_ARCH {

struct q3_k_panel {
  using block = quant::q3_k;
  static constexpr int top_code = 7 * 8;
  static constexpr std::size_t group = 16;
  static constexpr bool centred = true;
  /// Scales [16] (binary32), group scales [16][16].
  static constexpr std::size_t head_bytes = 320;
  static constexpr std::size_t word = 4 * panel_rows;
  static constexpr std::size_t unit_bytes = 3 * word;

  QX_INLINE static simd::f32x16 scale(const std::byte* head) {
    return simd::load16(reinterpret_cast<const float*>(head));
  }
  QX_INLINE static simd::f32x16 group_scale(const std::byte* head, std::size_t g) {
    return simd::to_float_signed(simd::load_bytes(head + 64 + g * panel_rows));
  }
  template <std::size_t Quad>
  QX_INLINE static simd::i32x16 codes(const std::byte* unit) {
    constexpr int quad = static_cast<int>(Quad);
    return simd::shifted<quad % 4 * 2 - 3, 0x18181818>(simd::load_words(unit + Quad / 4 * word)) |
           simd::shifted<quad - 5, 0x20202020>(simd::load_words(unit + 2 * word));
  }

  static void pack_row(const block& from, std::size_t row, std::byte* to) {
    const float scale = static_cast<float>(from.scale) * 0.125f;
    std::memcpy(to + 4 * row, &scale, 4);
    for (std::size_t u = 0; u < 8; ++u) {
      std::uint32_t lower[2] = {}, thirds = 0;
      for (std::size_t quad = 0; quad < 8; ++quad) {
        std::uint32_t two, one;
        std::memcpy(&two, from.codes + u / 4 * 32 + 4 * quad, 4);
        std::memcpy(&one, from.thirds + 4 * quad, 4);
        lower[quad / 4] |= (two >> 2 * (u % 4) & 0x03030303u) << 2 * (quad % 4);
        thirds |= (one >> u & 0x01010101u) << quad;
      }
      std::byte* const unit = to + head_bytes + u * unit_bytes + 4 * row;
      std::memcpy(unit, &lower[0], 4);
      std::memcpy(unit + word, &lower[1], 4);
      std::memcpy(unit + 2 * word, &thirds, 4);
    }
    for (std::size_t g = 0; g < 16; ++g)
      to[64 + g * panel_rows + row] = static_cast<std::byte>(from.group_scale(g));
  }
};

}  // namespace qx::kernel::inline QX_ARCH
