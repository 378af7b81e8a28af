// SPDX-License-Identifier: MIT
/// \file
/// What the 32-element formats share. A panel takes the eight groups of four weights of a block in
/// the order 0, 4, 1, 5, 2, 6, 3, 7: the files keep elements i and i + 16 in the two halves of a
/// byte, so that one load serves two steps.
#pragma once

#include <qx/kernel/dot_tile.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace qx::kernel::inline QX_ARCH {

/// Four-bit codes as they lie in the file, four bytes of a row beside those of the next row.
struct nibble_codes {
  static constexpr std::size_t code_bytes = 16 * panel_rows;

  static void pack_row(const std::byte* source, std::size_t row, std::byte* codes) {
    for (std::size_t pair = 0; pair < 4; ++pair)
      std::memcpy(codes + (pair * panel_rows + row) * 4, source + pair * 4, 4);
  }
  QX_INLINE static simd::quads nibbles(const std::byte* codes, std::size_t step) {
    const simd::quads both = simd::load_quads(codes + step / 2 * 4 * panel_rows);
    return step % 2 == 0 ? simd::low_nibbles(both) : simd::high_nibbles(both);
  }
};

/// The sixteen levels of codes that mean something else, with an offset added.
struct level_table {
  alignas(16) std::uint8_t byte[16];
  constexpr level_table(const std::int8_t (&levels)[16], int offset) : byte{} {
    for (std::size_t i = 0; i < 16; ++i)
      byte[i] = static_cast<std::uint8_t>(levels[i] + offset);
  }
};

/// Five-bit codes: the file's 32-bit number of fifth bits, then nibbles. The panel has 64 bytes of
/// fifth bits behind the nibbles, whose bit s belongs to step s.
struct five_bit_codes {
  static constexpr std::size_t code_bytes = 20 * panel_rows;

  static void pack_row(const std::byte* source, std::size_t row, std::byte* codes) {
    nibble_codes::pack_row(source + 4, row, codes);
    std::byte* fifths = codes + 16 * panel_rows + row * 4;
    for (std::size_t i = 0; i < 4; ++i)
      for (std::size_t step = 0; step < 8; ++step) {
        const std::size_t element = dot_group(step) * 4 + i;
        if ((source[element / 8] >> element % 8 & std::byte{1}) != std::byte{0})
          fifths[i] |= std::byte{1} << step;
      }
  }
  QX_INLINE static simd::quads codes_of(const std::byte* codes, std::size_t step) {
    const simd::quads nibbles = nibble_codes::nibbles(codes, step);
    return simd::with_bit(nibbles, simd::load_quads(codes + 16 * panel_rows),
                          static_cast<int>(step), 4);
  }
};

/// A binary16 number of each of sixteen rows.
struct half_scales {
  static constexpr std::size_t scale_bytes = 2;
  QX_INLINE static simd::f32x16 load_scales(const std::byte* p) { return simd::load16_f16(p); }
};

}  // namespace qx::kernel::inline QX_ARCH
