// SPDX-License-Identifier: MIT
/// \file
/// Q6_K panels: w = scale · s · (code − 32), s of groups of 16. A unit is two groups, each a word
/// of 16 rows with the upper two bits (of quad i in bits 2 i of every byte) and two words with the
/// lower four. 1 % more bytes than the file.
#pragma once

#include <qx/kernel/k_tile.hpp>
#include <qx/quant/q6_k.hpp>

namespace qx::kernel::inline QX_ARCH {

struct q6_k_panel {
  using block = quant::q6_k;
  static constexpr int top_code = 63;
  static constexpr std::size_t group = 16;
  static constexpr bool centred = true;
  /// Scales [16] (binary32, which keeps what follows on whole lines), group scales [16][16].
  static constexpr std::size_t head_bytes = 320;
  static constexpr std::size_t word = 4 * panel_rows;
  static constexpr std::size_t unit_bytes = 2 * 3 * word;

  QX_INLINE static simd::f32x16 scale(const std::byte* head) {
    return simd::load16(reinterpret_cast<const float*>(head));
  }
  QX_INLINE static simd::f32x16 group_scale(const std::byte* head, std::size_t g) {
    return simd::to_float_signed(simd::load_bytes(head + 64 + g * panel_rows));
  }
  template <std::size_t Quad>
  QX_INLINE static simd::i32x16 codes(const std::byte* unit) {
    constexpr std::size_t quad = Quad % 4;
    const std::byte* const part = unit + Quad / 4 * 3 * word;
    constexpr int shift = 2 * static_cast<int>(quad) - 4;
    return simd::shifted<quad % 2 * 4, 0x0f0f0f0f>(
               simd::load_words(part + word + quad / 2 * word)) |
           simd::shifted<shift, 0x30303030>(simd::load_words(part));
  }

  static void pack_row(const block& from, std::size_t row, std::byte* to) {
    const float scale = static_cast<float>(from.scale);
    std::memcpy(to + 4 * row, &scale, 4);
    for (std::size_t g = 0; g < 16; ++g) {
      to[64 + g * panel_rows + row] = static_cast<std::byte>(from.groups[g]);
      const std::size_t half = g / 8, quarter = g % 8 / 2;
      std::uint32_t upper = 0, lower[2] = {};
      for (std::size_t quad = 0; quad < 4; ++quad) {
        const std::size_t l = g % 2 * 16 + 4 * quad;
        std::uint32_t two, four;
        std::memcpy(&two, from.upper + 32 * half + l, 4);
        std::memcpy(&four, from.codes + 64 * half + quarter % 2 * 32 + l, 4);
        upper |= (two >> 2 * quarter & 0x03030303u) << 2 * quad;
        lower[quad / 2] |= (four >> quarter / 2 * 4 & 0x0f0f0f0fu) << quad % 2 * 4;
      }
      std::byte* const part = to + head_bytes + g * 3 * word + 4 * row;
      std::memcpy(part, &upper, 4);
      std::memcpy(part + word, &lower[0], 4);
      std::memcpy(part + 2 * word, &lower[1], 4);
    }
  }
};

}  // namespace qx::kernel::inline QX_ARCH
