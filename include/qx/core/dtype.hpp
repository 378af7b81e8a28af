// SPDX-License-Identifier: MIT
/// \file
/// Element and block types of tensor data, and the two 16-bit floating-point formats.
#pragma once

#include <qx/core/config.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace qx {

/// Types of stored elements. Block types (`q…`, `iq…`) hold a fixed number of elements per block.
enum class dtype : std::uint8_t {
  f32,
  f16,
  bf16,
  q4_0,
  q4_1,
  q5_0,
  q5_1,
  q8_0,
  q2_k,
  q3_k,
  q4_k,
  q5_k,
  q6_k,
  iq4_nl,
  mxfp4,
  i8,
  i16,
  i32,
  i64,
  f64,
};
inline constexpr std::size_t dtype_count = 20;

struct dtype_info {
  std::string_view name;
  std::uint32_t block_elements;  ///< elements per block; 1 for plain types
  std::uint32_t block_bytes;     ///< bytes per block
};

inline constexpr std::array<dtype_info, dtype_count> dtype_table{{
    {"f32", 1, 4},      {"f16", 1, 2},      {"bf16", 1, 2},     {"q4_0", 32, 18},
    {"q4_1", 32, 20},   {"q5_0", 32, 22},   {"q5_1", 32, 24},   {"q8_0", 32, 34},
    {"q2_k", 256, 84},  {"q3_k", 256, 110}, {"q4_k", 256, 144}, {"q5_k", 256, 176},
    {"q6_k", 256, 210}, {"iq4_nl", 32, 18}, {"mxfp4", 32, 17},  {"i8", 1, 1},
    {"i16", 1, 2},      {"i32", 1, 4},      {"i64", 1, 8},      {"f64", 1, 8},
}};

[[nodiscard]] constexpr const dtype_info& info(dtype t) {
  return dtype_table[static_cast<std::size_t>(t)];
}
[[nodiscard]] constexpr std::string_view name(dtype t) { return info(t).name; }

/// Whether a matrix of this type can be multiplied with (floating point or block quantised).
[[nodiscard]] constexpr bool is_weight(dtype t) { return t < dtype::i8; }
/// Types of weights are the first ones.
inline constexpr std::size_t weight_type_count = static_cast<std::size_t>(dtype::i8);
[[nodiscard]] constexpr bool is_quantized(dtype t) { return info(t).block_elements > 1; }

/// Bytes of `n` elements; `n` must divide into blocks.
[[nodiscard]] constexpr std::size_t bytes_of(dtype t, std::size_t n) {
  return n / info(t).block_elements * info(t).block_bytes;
}

/// IEEE 754 binary16, stored as its bits. Conversions round to nearest even and keep NaN a NaN.
struct f16 {
  std::uint16_t bits;

  QX_INLINE static constexpr f16 from(float value) {
    const std::uint32_t word = std::bit_cast<std::uint32_t>(value);
    const std::uint16_t sign = static_cast<std::uint16_t>((word >> 16) & 0x8000u);
    const std::uint32_t magnitude = word & 0x7fffffffu;
    if (magnitude >
        0x7f800000u)  // quiet, with the upper bits of its payload, as instructions do it
      return {static_cast<std::uint16_t>(sign | 0x7e00u | ((magnitude >> 13) & 0x3ffu))};
    if (magnitude >= 0x477ff000u) return {static_cast<std::uint16_t>(sign | 0x7c00u)};
    if (magnitude < 0x38800000u) {  // subnormal: let one float addition do the rounding
      const float shifted = std::bit_cast<float>(magnitude) + 0.5f;
      return {
          static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(shifted) - 0x3f000000u))};
    }
    const std::uint32_t odd = (magnitude >> 13) & 1u;
    return {static_cast<std::uint16_t>(sign | ((magnitude + 0xc8000fffu + odd) >> 13))};
  }

  QX_INLINE constexpr explicit operator float() const {
    const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000u) << 16;
    const std::uint32_t exponent = (bits >> 10) & 31u;
    const std::uint32_t mantissa = bits & 0x3ffu;
    if (exponent == 31u)
      return std::bit_cast<float>(sign | 0x7f800000u | (mantissa != 0u ? 0x400000u : 0u) |
                                  (mantissa << 13));
    if (exponent == 0u) {
      const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
      return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(magnitude));
    }
    return std::bit_cast<float>(sign | ((exponent + 112u) << 23) | (mantissa << 13));
  }

  friend constexpr bool operator==(f16, f16) = default;
};

/// The upper half of an IEEE 754 binary32, stored as its bits. Rounds to nearest even.
struct bf16 {
  std::uint16_t bits;

  QX_INLINE static constexpr bf16 from(float value) {
    const std::uint32_t word = std::bit_cast<std::uint32_t>(value);
    if ((word & 0x7fffffffu) > 0x7f800000u)
      return {static_cast<std::uint16_t>((word >> 16) | 0x40u)};
    return {static_cast<std::uint16_t>((word + 0x7fffu + ((word >> 16) & 1u)) >> 16)};
  }

  QX_INLINE constexpr explicit operator float() const {
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
  }

  friend constexpr bool operator==(bf16, bf16) = default;
};

/// The dtype of a C++ element type.
template <class T>
inline constexpr dtype dtype_of = [] {
  static_assert(std::is_same_v<T, float>, "qx: no stored element is of this type");
  return dtype::f32;
}();
template <>
inline constexpr dtype dtype_of<f16> = dtype::f16;
template <>
inline constexpr dtype dtype_of<bf16> = dtype::bf16;
template <>
inline constexpr dtype dtype_of<double> = dtype::f64;
template <>
inline constexpr dtype dtype_of<std::int8_t> = dtype::i8;
template <>
inline constexpr dtype dtype_of<std::int16_t> = dtype::i16;
template <>
inline constexpr dtype dtype_of<std::int32_t> = dtype::i32;
template <>
inline constexpr dtype dtype_of<std::int64_t> = dtype::i64;

}  // namespace qx
