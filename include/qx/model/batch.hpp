// SPDX-License-Identifier: MIT
/// \file
/// What a model is asked to compute in one step: tokens of any sequences at any positions.
#pragma once

#include <qx/core/token.hpp>

#include <cstdint>
#include <span>

namespace qx {

/// Tokens [n] with their sequence and position, in the order in which they are computed. A token
/// sees what its sequence holds up to and including its own position, so the positions of one
/// sequence must follow on what is cached and rise by one from token to token.
struct batch {
  std::span<const token_id> tokens;          ///< [n]
  std::span<const std::int32_t> positions;   ///< [n], from 0
  std::span<const std::int32_t> sequences;   ///< [n], from 0
  std::span<const std::int32_t> outputs;     ///< indices into tokens whose logits are wanted
};

}  // namespace qx
