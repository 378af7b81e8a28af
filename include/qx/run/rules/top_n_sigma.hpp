// SPDX-License-Identifier: MIT
/// \file
/// Top-n-sigma.
#pragma once

#include <qx/run/rule.hpp>

namespace qx::sampling {

/// Logits within n standard deviations of the largest stay; 0 or less keeps all (Tang et al. 2024).
/// The deviation is that of the finite logits.
struct top_n_sigma {
  float n = -1.0f;
  [[nodiscard]] result<void> apply(candidates& c) const;
};

}  // namespace qx::sampling
