// SPDX-License-Identifier: MIT
/// \file
/// Q2_K panels: w = scale · s · code − base · m, s and m of groups of 16. A unit is two groups,
/// each a word of 16 rows with quad i in bits 2 i of every byte. Exactly the bytes of the file.
#pragma once

#include <qx/kernel/k_tile.hpp>
#include <qx/quant/q2_k.hpp>

namespace qx::kernel::inline QX_ARCH {

struct q2_k_panel {
  using block = quant::q2_k;
  static constexpr int top_code = 3;
  static constexpr std::size_t group = 16;
  static constexpr bool centred = false;
  /// Scales [16], bases [16] (binary16), groups [8][16][2]: low nibble s, high nibble m.
  static constexpr std::size_t head_bytes = 320;
  static constexpr std::size_t word = 4 * panel_rows;
  static constexpr std::size_t unit_bytes = 2 * word;

  QX_INLINE static simd::f32x16 scale(const std::byte* head) { return simd::load16_f16(head); }
  QX_INLINE static simd::f32x16 base(const std::byte* head) { return simd::load16_f16(head + 32); }
  QX_INLINE static simd::i32x16 groups(const std::byte* head, std::size_t pair) {
    return simd::load_halves(head + 64 + pair * 2 * panel_rows);
  }
  QX_INLINE static simd::f32x16 group_scale(const std::byte* head, std::size_t g) {
    const simd::i32x16 both = groups(head, g / 2);
    return simd::to_float(g % 2 == 0 ? simd::shifted<0, 15>(both) : simd::shifted<8, 15>(both));
  }
  QX_INLINE static simd::i32x16 minima(const std::byte* head, std::size_t pair) {
    const simd::i32x16 both = groups(head, pair);
    return simd::shifted<4, 15>(both) + simd::shifted<-4, 0xf0000>(both);
  }
  template <std::size_t Quad>
  QX_INLINE static simd::i32x16 codes(const std::byte* unit) {
    return simd::shifted<Quad % 4 * 2, 0x03030303>(simd::load_words(unit + Quad / 4 * word));
  }

  static void pack_row(const block& from, std::size_t row, std::byte* to) {
    std::memcpy(to + 2 * row, &from.scale, 2);
    std::memcpy(to + 32 + 2 * row, &from.base, 2);
    for (std::size_t g = 0; g < 16; ++g) {
      to[64 + g / 2 * 2 * panel_rows + 2 * row + g % 2] = static_cast<std::byte>(from.groups[g]);
      std::uint32_t codes = 0;
      for (std::size_t quad = 0; quad < 4; ++quad) {
        std::uint32_t two;
        std::memcpy(&two, from.codes + g / 8 * 32 + g % 2 * 16 + 4 * quad, 4);
        codes |= (two >> 2 * (g % 8 / 2) & 0x03030303u) << 2 * quad;
      }
      std::memcpy(to + head_bytes + g * word + 4 * row, &codes, 4);
    }
  }
};

}  // namespace qx::kernel::inline QX_ARCH
