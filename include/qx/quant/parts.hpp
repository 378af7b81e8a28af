// SPDX-License-Identifier: MIT
/// \file
/// Blocks of 256 elements before they are packed: what a search for the best scales finds, and what
/// `pack` of a format puts into its bytes.
#pragma once

#include <qx/core/dtype.hpp>

#include <cstddef>
#include <cstdint>

namespace qx::quant {

/// x = (scale · s) · q - (base · m): Q2_K, Q4_K, Q5_K.
template <std::size_t Groups>
struct affine_parts {
  f16 scale, base;
  std::uint8_t s[Groups], m[Groups];
  std::uint8_t codes[256];
};

/// x = (scale · s) · q, where s and q have signs: Q3_K, Q6_K.
template <std::size_t Groups>
struct scaled_parts {
  f16 scale;
  std::int8_t s[Groups];
  std::int8_t codes[256];
};

}  // namespace qx::quant
