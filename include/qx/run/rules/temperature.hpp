// SPDX-License-Identifier: MIT
/// \file
/// Temperature: how bold the draw is.
#pragma once

#include <qx/run/rule.hpp>

namespace qx::sampling {

/// Divides the logits: below 1 the likely tokens gain, above 1 the unlikely ones. 0 is greedy.
struct temperature {
  float value = 0.8f;
  [[nodiscard]] result<void> apply(candidates& c) const;
};

}  // namespace qx::sampling
