// SPDX-License-Identifier: MIT
/// \file
/// Constants of the GGUF file format, versions 2 and 3, little-endian.
/// Source: the format's specification, ggml/docs/gguf.md in the ggml repository.
///
/// A file is: magic, u32 version, u64 tensor count, u64 key count; then keys (string, u32 type,
/// value); then tensors (string name, u32 rank, u64 extents fastest first, u32 type, u64 offset);
/// then, from the next multiple of the alignment, the data, every tensor padded to the alignment.
/// A string is a u64 length and its bytes; an array a u32 element type, a u64 count, its elements.
#pragma once

#include <qx/core/dtype.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace qx::gguf {

inline constexpr std::uint32_t magic = 0x46554747;  // "GGUF", read as a little-endian number
inline constexpr std::uint32_t oldest_version = 2, newest_version = 3;
inline constexpr std::size_t default_alignment = 32;
inline constexpr std::string_view alignment_key = "general.alignment";
inline constexpr std::size_t max_rank = 4;
inline constexpr std::size_t max_key_bytes = 65535;
inline constexpr std::size_t max_tensor_name_bytes = 64;

/// Types of metadata values, numbered as in the file.
enum class value_type : std::uint32_t {
  u8,
  i8,
  u16,
  i16,
  u32,
  i32,
  f32,
  boolean,
  string,
  array,
  u64,
  i64,
  f64
};
inline constexpr std::size_t value_type_count = 13;

namespace detail {
inline constexpr std::array<std::string_view, value_type_count> value_names{
    "u8", "i8", "u16", "i16", "u32", "i32", "f32", "bool", "string", "array", "u64", "i64", "f64"};
inline constexpr std::array<std::size_t, value_type_count> value_bytes{1, 1, 2, 2, 4, 4, 4,
                                                                       1, 0, 0, 8, 8, 8};
}  // namespace detail

[[nodiscard]] constexpr std::string_view name(value_type t) {
  return detail::value_names[static_cast<std::size_t>(t)];
}
/// Bytes of one value; 0 for strings and arrays.
[[nodiscard]] constexpr std::size_t bytes_of(value_type t) {
  return detail::value_bytes[static_cast<std::size_t>(t)];
}

/// The numbers that tensor types have in a file, for the types that qx reads.
inline constexpr std::array<std::pair<std::uint32_t, dtype>, dtype_count> tensor_type_ids{{
    {0, dtype::f32},     {1, dtype::f16},   {2, dtype::q4_0},  {3, dtype::q4_1},
    {6, dtype::q5_0},    {7, dtype::q5_1},  {8, dtype::q8_0},  {10, dtype::q2_k},
    {11, dtype::q3_k},   {12, dtype::q4_k}, {13, dtype::q5_k}, {14, dtype::q6_k},
    {20, dtype::iq4_nl}, {24, dtype::i8},   {25, dtype::i16},  {26, dtype::i32},
    {27, dtype::i64},    {28, dtype::f64},  {30, dtype::bf16}, {39, dtype::mxfp4},
}};

[[nodiscard]] constexpr std::optional<dtype> dtype_from_id(std::uint32_t id) {
  for (const auto& [number, type] : tensor_type_ids)
    if (number == id) return type;
  return std::nullopt;
}
[[nodiscard]] constexpr std::uint32_t id_of(dtype type) {
  for (const auto& [number, known] : tensor_type_ids)
    if (known == type) return number;
  return ~std::uint32_t{0};
}

/// What a type that qx does not read is called, for messages; empty where nobody uses the number.
[[nodiscard]] std::string_view foreign_type_name(std::uint32_t id);

/// `n` rounded up to a multiple of `alignment`, a power of two. Does not check for overflow.
[[nodiscard]] constexpr std::uint64_t padded(std::uint64_t n, std::uint64_t alignment) {
  return (n + alignment - 1) & ~(alignment - 1);
}

}  // namespace qx::gguf
