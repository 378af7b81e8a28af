// SPDX-License-Identifier: MIT
/// \file
/// Q4_0 panels: w = scale · (code − 8), 32 elements a block. Codes keep the file's order within
/// each group of four bytes (elements i and i + 16 share a byte), interleaved over the rows.
#pragma once

#include <qx/kernel/dot_tile.hpp>

namespace qx::kernel::inline QX_ARCH {

struct q4_0_panel {
  using dot = simd::dot_u4;
  static constexpr std::size_t source_bytes = 18;
  static constexpr std::size_t block_bytes = 16 * panel_rows;
  static constexpr std::size_t correction_offset = offsetof(q8_chunk_layout, minus_8_sum);

  static void pack_row(const std::byte* source, std::size_t row, std::byte* codes) {
    for (std::size_t group = 0; group < 4; ++group)
      std::memcpy(codes + group * 4 * panel_rows + row * 4, source + group * 4, 4);
  }

  static void decode_codes(const std::byte* source, float scale, float* out) {
    for (std::size_t i = 0; i < 16; ++i) {
      const int both = std::to_integer<int>(source[i]);
      out[i] = static_cast<float>((both & 15) - 8) * scale;
      out[i + 16] = static_cast<float>((both >> 4) - 8) * scale;
    }
  }

  template <class F>
  QX_INLINE static void groups(const std::byte* codes, F f) {
#pragma GCC unroll 4
    for (std::size_t group = 0; group < 4; ++group) {
      const simd::quads both = simd::load_quads(codes + group * 4 * panel_rows);
      f(group, dot::prepare(simd::low_nibbles(both)));
      f(group + 4, dot::prepare(simd::high_nibbles(both)));
    }
  }
};

}  // namespace qx::kernel::inline QX_ARCH
