// SPDX-License-Identifier: MIT
/// \file
/// A temperature that follows the entropy.
#pragma once

#include <qx/run/rule.hpp>

namespace qx::sampling {

/// Divides the logits by a temperature between `value` - `range` and `value` + `range`: low where
/// the model is sure, high where it is not. The entropy of the candidates, as a share of what it
/// could be, to the power `exponent` is the way from one to the other. Range 0 is `temperature`.
struct dynamic_temperature {
  float value = 0.8f;
  float range = 0.0f;
  float exponent = 1.0f;
  [[nodiscard]] result<void> apply(candidates& c) const;
};

}  // namespace qx::sampling
