// SPDX-License-Identifier: MIT
/// \file
/// The numbers of `general.file_type`: what type most weights of a file have. Source: the
/// enumeration llama_ftype of llama.cpp (include/llama.h).
#pragma once

#include <qx/core/dtype.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace qx::gguf {

inline constexpr std::string_view file_type_key = "general.file_type";
/// Says which edition of the block formats a file uses; there has been one since 2023.
inline constexpr std::string_view quantization_version_key = "general.quantization_version";
inline constexpr std::uint32_t quantization_version = 2;

/// Nothing for types that weights do not have.
[[nodiscard]] constexpr std::optional<std::uint32_t> file_type_of(dtype type) {
  constexpr std::array<std::pair<dtype, std::uint32_t>, 15> numbers{{{dtype::f32, 0},
                                                                     {dtype::f16, 1},
                                                                     {dtype::q4_0, 2},
                                                                     {dtype::q4_1, 3},
                                                                     {dtype::q8_0, 7},
                                                                     {dtype::q5_0, 8},
                                                                     {dtype::q5_1, 9},
                                                                     {dtype::q2_k, 10},
                                                                     {dtype::q3_k, 12},
                                                                     {dtype::q4_k, 15},
                                                                     {dtype::q5_k, 17},
                                                                     {dtype::q6_k, 18},
                                                                     {dtype::iq4_nl, 25},
                                                                     {dtype::bf16, 32},
                                                                     {dtype::mxfp4, 38}}};
  for (const auto& [known, number] : numbers)
    if (known == type) return number;
  return std::nullopt;
}

}  // namespace qx::gguf
