// SPDX-License-Identifier: MIT
/// \file
/// Q8_0 panels: w = scale · code, 32 elements a block, codes stored with the offset that the
/// machine's dot product wants.
#pragma once

#include <qx/kernel/dot_tile.hpp>

namespace qx::kernel::inline QX_ARCH {

struct q8_0_panel {
  using dot = simd::dot_s8;
  static constexpr std::size_t source_bytes = 34;
  static constexpr std::size_t block_bytes = 32 * panel_rows;
  static constexpr std::size_t correction_offset = offsetof(q8_chunk_layout, minus_128_sum);

  static void pack_row(const std::byte* source, std::size_t row, std::byte* codes) {
    for (std::size_t i = 0; i < 32; ++i)
      codes[i / 4 * 4 * panel_rows + row * 4 + i % 4] =
          static_cast<std::byte>(std::to_integer<int>(source[i]) + simd::s8_offset);
  }

  static void decode_codes(const std::byte* source, float scale, float* out) {
    for (std::size_t i = 0; i < 32; ++i)
      out[i] = static_cast<float>(std::to_integer<std::int8_t>(source[i])) * scale;
  }

  template <class F>
  QX_INLINE static void groups(const std::byte* codes, F f) {
#pragma GCC unroll 8
    for (std::size_t group = 0; group < 8; ++group)
      f(group, dot::prepare(simd::load_quads(codes + group * 4 * panel_rows)));
  }
};

}  // namespace qx::kernel::inline QX_ARCH
