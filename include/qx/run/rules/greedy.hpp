// SPDX-License-Identifier: MIT
/// \file
/// Greedy: the likeliest token and no draw.
#pragma once

#include <qx/run/rule.hpp>

namespace qx::sampling {

/// Only the most likely token stays; of equal ones the one with the lowest id.
struct greedy {
  [[nodiscard]] result<void> apply(candidates& c) const;
};

}  // namespace qx::sampling
