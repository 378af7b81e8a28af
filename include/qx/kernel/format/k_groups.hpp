// SPDX-License-Identifier: MIT
/// \file
/// What the panels of Q4_K and Q5_K share: a scale and a base of the block in binary16, and eight
/// scales and eight minima of six bits, spread to bytes.
#pragma once

#include <qx/kernel/k_tile.hpp>
#include <qx/quant/k_groups.hpp>

namespace qx::kernel::inline QX_ARCH {

/// Scales [16], bases [16] (binary16), group scales [8][16], minima [4][16][2] (bytes).
struct k_groups_head {
  static constexpr std::size_t group = 32;
  static constexpr bool centred = false;
  static constexpr std::size_t head_bytes = 320;

  QX_INLINE static simd::f32x16 scale(const std::byte* head) { return simd::load16_f16(head); }
  QX_INLINE static simd::f32x16 base(const std::byte* head) { return simd::load16_f16(head + 32); }
  QX_INLINE static simd::f32x16 group_scale(const std::byte* head, std::size_t g) {
    return simd::to_float(simd::load_bytes(head + 64 + g * panel_rows));
  }
  /// The minima of groups 2 · pair and 2 · pair + 1 as two 16-bit numbers.
  QX_INLINE static simd::i32x16 minima(const std::byte* head, std::size_t pair) {
    const simd::i32x16 both = simd::load_halves(head + 192 + pair * 2 * panel_rows);
    return simd::shifted<0, 0xff>(both) + simd::shifted<-8, 0xff0000>(both);
  }

  static void pack_head(f16 scale, f16 base, const quant::k_groups& groups, std::size_t row,
                        std::byte* head) {
    std::memcpy(head + 2 * row, &scale, 2);
    std::memcpy(head + 32 + 2 * row, &base, 2);
    for (std::size_t g = 0; g < 8; ++g) {
      head[64 + g * panel_rows + row] = static_cast<std::byte>(groups.scale(g));
      head[192 + g / 2 * 2 * panel_rows + 2 * row + g % 2] =
          static_cast<std::byte>(groups.minimum(g));
    }
  }
};

/// Packs the low nibbles of group g of a block: elements 64 p + l and 64 p + 32 + l share a byte in
/// the file; here quads 2 v and 2 v + 1 of one group share a word.
QX_INLINE void pack_nibbles(const std::uint8_t* codes, std::size_t g, std::size_t row,
                            std::byte* unit) {
  for (std::size_t v = 0; v < 4; ++v) {
    std::uint32_t even, odd;
    std::memcpy(&even, codes + g / 2 * 32 + 8 * v, 4);
    std::memcpy(&odd, codes + g / 2 * 32 + 8 * v + 4, 4);
    const std::uint32_t word = g % 2 == 0 ? (even & 0x0f0f0f0fu) | (odd & 0x0f0f0f0fu) << 4
                                          : (even >> 4 & 0x0f0f0f0fu) | (odd & 0xf0f0f0f0u);
    std::memcpy(unit + v * 4 * panel_rows + 4 * row, &word, 4);
  }
}

/// Quad `Quad` of nibbles that pack_nibbles() wrote.
template <std::size_t Quad>
QX_INLINE simd::i32x16 nibbles(const std::byte* unit) {
  return simd::shifted<Quad % 2 * 4, 0x0f0f0f0f>(
      simd::load_words(unit + Quad / 2 * 4 * panel_rows));
}

}  // namespace qx::kernel::inline QX_ARCH
