// SPDX-License-Identifier: MIT
/// \file
/// What a block format is: a fixed number of elements in a fixed number of bytes, as they lie in a
/// file. The formats are those of ggml (ggml-common.h in the ggml repository); decoding is exact to
/// the bit, multiplications and additions in the order written here, without contraction.
#pragma once

#include <qx/core/config.hpp>
#include <qx/core/dtype.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

namespace qx::quant {

/// A struct with the bytes of one block, its `type`, and a `decode` found beside it.
template <class B>
concept Block =
    std::is_trivially_copyable_v<B> && std::is_standard_layout_v<B> &&
    std::same_as<std::remove_cv_t<decltype(B::type)>, dtype> &&
    sizeof(B) == info(B::type).block_bytes && B::elements == info(B::type).block_elements &&
    requires(const B& block, std::span<float, B::elements> out) {
      { decode(block, out) } -> std::same_as<void>;
    };

/// A block that can also be made from floats. Inputs that are not numbers count as 0; where a scale
/// is beyond binary16, it is the largest finite one and codes saturate.
template <class B>
concept EncodableBlock = Block<B> && requires(B& block, std::span<const float, B::elements> in) {
  { encode(in, block) } -> std::same_as<void>;
};

namespace detail {

/// The four bits of a byte that begin at `shift`.
[[nodiscard]] QX_INLINE constexpr int nibble(std::uint8_t byte, unsigned shift) {
  return (byte >> shift) & 15;
}

/// Finite input is left alone; infinities become the largest floats, NaN becomes 0.
[[nodiscard]] QX_INLINE constexpr float finite(float x) {
  constexpr float most = std::numeric_limits<float>::max();
  if (x != x) return 0.0f;
  return x > most ? most : x < -most ? -most : x;
}

/// A scale that binary16 can hold.
[[nodiscard]] QX_INLINE constexpr float storable(float scale) {
  constexpr float most = 65504.0f;
  return scale > most ? most : scale < -most ? -most : scale;
}

[[nodiscard]] QX_INLINE constexpr float magnitude(float x) { return x < 0.0f ? -x : x; }

[[nodiscard]] QX_INLINE constexpr float inverse(float scale) {
  return scale != 0.0f ? 1.0f / scale : 0.0f;
}

/// `x` cut down to an integer in 0…highest. NaN, which 0 times the inverse of a scale too small
/// for floats gives, becomes 0.
[[nodiscard]] QX_INLINE constexpr std::uint8_t code(float x, int highest) {
  if (!(x > 0.0f)) return 0;
  return static_cast<std::uint8_t>(x >= static_cast<float>(highest) ? highest
                                                                    : static_cast<int>(x));
}

/// The element with the largest magnitude, with its sign; the first one if there are several.
template <std::size_t N>
[[nodiscard]] QX_INLINE constexpr float extreme(std::span<const float, N> in) {
  float largest = 0.0f, signed_largest = 0.0f;
  for (const float x : in) {
    const float v = finite(x);
    if (largest < magnitude(v)) {
      largest = magnitude(v);
      signed_largest = v;
    }
  }
  return signed_largest;
}

struct bounds {
  float lowest;
  float highest;
};
template <std::size_t N>
[[nodiscard]] QX_INLINE constexpr bounds bounds_of(std::span<const float, N> in) {
  bounds b{finite(in[0]), finite(in[0])};
  for (const float x : in) {
    const float v = finite(x);
    if (v < b.lowest) b.lowest = v;
    if (v > b.highest) b.highest = v;
  }
  return b;
}

/// Five-bit codes keep their fifth bits apart: bit i of `fifths`, a little-endian number.
[[nodiscard]] QX_INLINE constexpr int fifth_bit(const std::uint8_t (&fifths)[4], std::size_t i) {
  return ((fifths[i / 8] >> (i % 8)) & 1) << 4;
}
/// Writes element i of 32 into zeroed fields.
QX_INLINE constexpr void put_five_bits(std::uint8_t (&fifths)[4], std::uint8_t (&codes)[16],
                                       std::size_t i, std::uint8_t code) {
  fifths[i / 8] = static_cast<std::uint8_t>(fifths[i / 8] | (code >> 4) << (i % 8));
  const int nibble = (code & 15) << (i < 16 ? 0 : 4);
  codes[i % 16] = static_cast<std::uint8_t>(codes[i % 16] | nibble);
}

}  // namespace detail
}  // namespace qx::quant
