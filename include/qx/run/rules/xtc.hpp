// SPDX-License-Identifier: MIT
/// \file
/// XTC: exclude top choices.
#pragma once

#include <qx/run/random.hpp>
#include <qx/run/rule.hpp>

#include <cstddef>

namespace qx::sampling {

/// With the given probability, of all tokens that are at least as probable as `threshold` only the
/// least likely stays, where there are two of them or more and at least `min_keep` tokens are left
/// (p-e-w 2024). A threshold above 1/2 does nothing: two tokens cannot both reach it.
struct xtc {
  float probability = 0.0f;
  float threshold = 0.1f;
  std::size_t min_keep = 1;
  random_stream random{0};
  [[nodiscard]] result<void> apply(candidates& c);
};

}  // namespace qx::sampling
