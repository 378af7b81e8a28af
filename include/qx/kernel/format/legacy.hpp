// SPDX-License-Identifier: MIT
/// \file
/// Panels of the 32-element formats Q4_1, Q5_0, Q5_1, IQ4_NL and MXFP4. A byte of codes holds
/// elements i (low nibble) and i + 16 (high nibble); Q5 formats keep the fifth bit of element i as
/// bit i of a 32-bit number in front of the codes.
#pragma once

#include <qx/kernel/fma_tile.hpp>
#include <qx/quant/mxfp4.hpp>

namespace qx::kernel::inline QX_ARCH {

/// Halves: how many binary16 numbers a block begins with. `Derived` says what a code means.
template <class Derived, std::size_t Bytes, std::size_t Halves>
struct legacy_panel {
  static constexpr std::size_t elements = 32;
  static constexpr std::size_t source_bytes = Bytes;
  static constexpr bool is_half(std::size_t byte) { return byte < 2 * Halves; }
  static void pack_row(const std::byte* source, std::size_t row, std::byte* block) {
    interleave_block<Derived>(source, row, block);
  }
};

struct q4_1_panel : legacy_panel<q4_1_panel, 20, 2> {
  static void decode(const std::byte* block, float* out) {
    const simd::f32x16 scale = half_of_rows(block, 0), base = half_of_rows(block, 2);
    for (std::size_t i = 0; i < 16; ++i) {
      const simd::u8x16 both = byte_of_rows(block, 4 + i);
      const auto low = simd::to_float(simd::bits<0, 4>(both));
      const auto high = simd::to_float(simd::bits<4, 4>(both));
      simd::store16(out + i * panel_rows, simd::fma16(low, scale, base));
      simd::store16(out + (i + 16) * panel_rows, simd::fma16(high, scale, base));
    }
  }
};

struct iq4_nl_panel : legacy_panel<iq4_nl_panel, 18, 1> {
  /// The sixteen levels of the format, denser around zero.
  alignas(16) static constexpr std::int8_t levels[16] = {-127, -104, -83, -65, -49, -35, -22, -10,
                                                         1,    13,   25,  38,  53,  69,  89,  113};
  static void decode(const std::byte* block, float* out) {
    const simd::f32x16 scale = half_of_rows(block, 0);
    for (std::size_t i = 0; i < 16; ++i) {
      const simd::u8x16 both = byte_of_rows(block, 2 + i);
      const auto low = simd::look_up(levels, simd::bits<0, 4>(both));
      const auto high = simd::look_up(levels, simd::bits<4, 4>(both));
      simd::store16(out + i * panel_rows, simd::to_float_signed(low) * scale);
      simd::store16(out + (i + 16) * panel_rows, simd::to_float_signed(high) * scale);
    }
  }
};

struct mxfp4_panel : legacy_panel<mxfp4_panel, 17, 0> {
  static void decode(const std::byte* block, float* out) {
    float scales[panel_rows];
    for (std::size_t row = 0; row < panel_rows; ++row)
      scales[row] = quant::mxfp4{std::to_integer<std::uint8_t>(block[row]), {}}.half_scale();
    const simd::f32x16 scale = simd::load16(scales);
    for (std::size_t i = 0; i < 16; ++i) {
      const simd::u8x16 both = byte_of_rows(block, 1 + i);
      const auto low = simd::look_up(quant::mxfp4::levels, simd::bits<0, 4>(both));
      const auto high = simd::look_up(quant::mxfp4::levels, simd::bits<4, 4>(both));
      simd::store16(out + i * panel_rows, simd::to_float_signed(low) * scale);
      simd::store16(out + (i + 16) * panel_rows, simd::to_float_signed(high) * scale);
    }
  }
};

/// Calls store(element, code as float) for the 32 five-bit codes; fifth bits begin at byte `fifth`.
template <class Store>
QX_INLINE void five_bit_codes(const std::byte* block, std::size_t fifth, Store store) {
  for (std::size_t byte = 0; byte < 2; ++byte) {
    const simd::u8x16 low_fifth = byte_of_rows(block, fifth + byte);
    const simd::u8x16 high_fifth = byte_of_rows(block, fifth + byte + 2);
    for_counts<8>([&](auto bit) QX_INLINE_LAMBDA {
      constexpr int b = static_cast<int>(decltype(bit)::value);
      const std::size_t i = byte * 8 + decltype(bit)::value;
      const simd::u8x16 both = byte_of_rows(block, fifth + 4 + i);
      store(i, simd::to_float(simd::bits<0, 4>(both) | simd::bits<b, 1, 4>(low_fifth)));
      store(i + 16, simd::to_float(simd::bits<4, 4>(both) | simd::bits<b, 1, 4>(high_fifth)));
    });
  }
}

struct q5_0_panel : legacy_panel<q5_0_panel, 22, 1> {
  static void decode(const std::byte* block, float* out) {
    const simd::f32x16 scale = half_of_rows(block, 0), middle = simd::all16(16.0f);
    five_bit_codes(block, 2, [&](std::size_t i, const simd::f32x16& code) QX_INLINE_LAMBDA {
      simd::store16(out + i * panel_rows, (code - middle) * scale);
    });
  }
};

struct q5_1_panel : legacy_panel<q5_1_panel, 24, 2> {
  static void decode(const std::byte* block, float* out) {
    const simd::f32x16 scale = half_of_rows(block, 0), base = half_of_rows(block, 2);
    five_bit_codes(block, 4, [&](std::size_t i, const simd::f32x16& code) QX_INLINE_LAMBDA {
      simd::store16(out + i * panel_rows, simd::fma16(code, scale, base));
    });
  }
};

}  // namespace qx::kernel::inline QX_ARCH
