// SPDX-License-Identifier: MIT
/// \file
/// The number of a token in a vocabulary.
#pragma once

#include <cstdint>

namespace qx {

/// Ids of a vocabulary of n tokens are 0 … n-1.
using token_id = std::int32_t;

/// Stands where a vocabulary has no such token (no end-of-turn token, for example).
inline constexpr token_id no_token = -1;

}  // namespace qx
