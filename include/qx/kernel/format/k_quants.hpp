// SPDX-License-Identifier: MIT
/// \file
/// Panels of the 256-element formats Q2_K … Q6_K: a scale (and for some a minimum) of the whole
/// block in binary16, small integer scales for each group of 16 or 32 elements, and codes.
#pragma once

#include <qx/kernel/fma_tile.hpp>

namespace qx::kernel::inline QX_ARCH {

/// First: where the one or two binary16 numbers of a block begin.
template <class Derived, std::size_t Bytes, std::size_t First, std::size_t Halves>
struct k_panel {
  static constexpr std::size_t elements = 256;
  static constexpr std::size_t source_bytes = Bytes;
  static constexpr bool is_half(std::size_t byte) {
    return byte >= First && byte < First + 2 * Halves;
  }
  static void pack_row(const std::byte* source, std::size_t row, std::byte* block) {
    interleave_block<Derived>(source, row, block);
  }
};

/// Scales [16] (low nibble: scale, high: minimum), codes [64], scale, minimum.
struct q2_k_panel : k_panel<q2_k_panel, 84, 80, 2> {
  static void decode(const std::byte* block, float* out) {
    const simd::f32x16 scale = half_of_rows(block, 80), minimum = half_of_rows(block, 82);
    for (std::size_t half = 0; half < 2; ++half)
      for_counts<4>([&](auto quarter) QX_INLINE_LAMBDA {
        constexpr int shift = 2 * static_cast<int>(decltype(quarter)::value);
        for (std::size_t i = 0; i < 2; ++i) {
          const std::size_t group = half * 8 + decltype(quarter)::value * 2 + i;
          const simd::u8x16 small = byte_of_rows(block, group);
          const auto step = scale * simd::to_float(simd::bits<0, 4>(small));
          const auto base = minimum * simd::to_float(simd::bits<4, 4>(small));
          for (std::size_t l = 0; l < 16; ++l) {
            const simd::u8x16 codes = byte_of_rows(block, 16 + half * 32 + i * 16 + l);
            const auto code = simd::to_float(simd::bits<shift, 2>(codes));
            simd::store16(out + (group * 16 + l) * panel_rows, step * code - base);
          }
        }
      });
  }
};

/// High bits [32], codes [64], scales [12] of six bits, scale.
struct q3_k_panel : k_panel<q3_k_panel, 110, 108, 1> {
  template <std::size_t Group>
  QX_INLINE static simd::f32x16 step(const std::byte* block, const simd::f32x16& scale) {
    constexpr int shift = Group < 8 ? 0 : 4;
    const auto low = simd::bits<shift, 4>(byte_of_rows(block, 96 + Group % 8));
    const auto high =
        simd::bits<2 * static_cast<int>(Group / 4), 2, 4>(byte_of_rows(block, 104 + Group % 4));
    return scale * (simd::to_float(low | high) - simd::all16(32.0f));
  }

  static void decode(const std::byte* block, float* out) {
    const simd::f32x16 scale = half_of_rows(block, 108), four = simd::all16(4.0f);
    for_counts<16>([&](auto g) QX_INLINE_LAMBDA {
      constexpr std::size_t group = decltype(g)::value;
      constexpr int part = static_cast<int>(group / 2);
      const auto unit = step<group>(block, scale);
      for (std::size_t l = 0; l < 16; ++l) {
        const std::size_t i = group % 2 * 16 + l;
        const auto low = simd::bits<part % 4 * 2, 2>(byte_of_rows(block, 32 + part / 4 * 32 + i));
        const auto high = simd::bits<part, 1, 2>(byte_of_rows(block, i));
        simd::store16(out + (group * 16 + l) * panel_rows,
                      unit * (simd::to_float(low | high) - four));
      }
    });
  }
};

/// The eight scales and minima of Q4_K and Q5_K, six bits each in the twelve bytes from byte 4:
/// four of each in the low bits of the first eight bytes, the rest in nibbles whose upper two bits
/// sit in the high bits of those eight.
template <std::size_t Group>
QX_INLINE simd::u8x16 k_scale(const std::byte* block) {
  if constexpr (Group < 4)
    return simd::bits<0, 6>(byte_of_rows(block, 4 + Group));
  else
    return simd::bits<0, 4>(byte_of_rows(block, 8 + Group)) |
           simd::bits<6, 2, 4>(byte_of_rows(block, Group));
}
template <std::size_t Group>
QX_INLINE simd::u8x16 k_minimum(const std::byte* block) {
  if constexpr (Group < 4)
    return simd::bits<0, 6>(byte_of_rows(block, 8 + Group));
  else
    return simd::bits<4, 4>(byte_of_rows(block, 8 + Group)) |
           simd::bits<6, 2, 4>(byte_of_rows(block, 4 + Group));
}

/// Calls code(group, l) for the 32 elements of each of eight groups; stores step · code − base.
template <class Code>
QX_INLINE void k_affine(const std::byte* block, float* out, Code code) {
  const simd::f32x16 scale = half_of_rows(block, 0), minimum = half_of_rows(block, 2);
  for_counts<8>([&](auto group) QX_INLINE_LAMBDA {
    constexpr std::size_t g = decltype(group)::value;
    const auto step = scale * simd::to_float(k_scale<g>(block));
    const auto base = minimum * simd::to_float(k_minimum<g>(block));
    for (std::size_t l = 0; l < 32; ++l)
      simd::store16(out + (g * 32 + l) * panel_rows, step * simd::to_float(code(group, l)) - base);
  });
}

/// Scale, minimum, scales [12], codes [128]: a byte holds element l of two neighbouring groups.
struct q4_k_panel : k_panel<q4_k_panel, 144, 0, 2> {
  static void decode(const std::byte* block, float* out) {
    k_affine(block, out, [&](auto group, std::size_t l) QX_INLINE_LAMBDA {
      constexpr std::size_t g = decltype(group)::value;
      return simd::bits<g % 2 * 4, 4>(byte_of_rows(block, 16 + g / 2 * 32 + l));
    });
  }
};

/// Scale, minimum, scales [12], fifth bits [32] (bit g of byte l: group g), codes [128].
struct q5_k_panel : k_panel<q5_k_panel, 176, 0, 2> {
  static void decode(const std::byte* block, float* out) {
    k_affine(block, out, [&](auto group, std::size_t l) QX_INLINE_LAMBDA {
      constexpr std::size_t g = decltype(group)::value;
      return simd::bits<g % 2 * 4, 4>(byte_of_rows(block, 48 + g / 2 * 32 + l)) |
             simd::bits<static_cast<int>(g), 1, 4>(byte_of_rows(block, 16 + l));
    });
  }
};

/// Low nibbles [128], upper two bits [64], signed scales [16], scale.
struct q6_k_panel : k_panel<q6_k_panel, 210, 208, 1> {
  static void decode(const std::byte* block, float* out) {
    const simd::f32x16 scale = half_of_rows(block, 208), middle = simd::all16(32.0f);
    for_counts<16>([&](auto g) QX_INLINE_LAMBDA {
      constexpr std::size_t group = decltype(g)::value;
      constexpr std::size_t half = group / 8, part = group % 8 / 2;
      const auto unit = scale * simd::to_float_signed(byte_of_rows(block, 192 + group));
      for (std::size_t l = 0; l < 16; ++l) {
        const std::size_t i = group % 2 * 16 + l;
        const auto low =
            simd::bits<part / 2 * 4, 4>(byte_of_rows(block, half * 64 + part % 2 * 32 + i));
        const auto high = simd::bits<part * 2, 2, 4>(byte_of_rows(block, 128 + half * 32 + i));
        simd::store16(out + (group * 16 + l) * panel_rows,
                      unit * (simd::to_float(low | high) - middle));
      }
    });
  }
};

}  // namespace qx::kernel::inline QX_ARCH
