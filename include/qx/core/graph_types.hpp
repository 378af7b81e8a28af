// SPDX-License-Identifier: MIT
/// \file
/// Plain data of model graphs that crosses from one arch to another.
#pragma once

#include <cstddef>
#include <cstdint>

namespace qx {

/// Which cached positions a token sees: `count` consecutive slots from `first`.
struct attention_span {
  std::size_t first = 0;
  std::size_t count = 0;
};

/// Which elements of a head are rotated together.
enum class rope_pairs : std::uint8_t {
  adjacent,  ///< (2i, 2i + 1): GGUF's llama
  halves,    ///< (i, i + n/2) within the first n rotated elements: GPT-NeoX, Qwen, Phi, Gemma
};

}  // namespace qx
