// SPDX-License-Identifier: MIT
/// \file
/// Top-p.
#pragma once

#include <qx/run/rule.hpp>

#include <cstddef>

namespace qx::sampling {

/// The smallest set of the most likely tokens whose probabilities sum to at least p stays, and at
/// least `min_keep` of them; 1 keeps all (nucleus sampling, Holtzman et al. 2020).
struct top_p {
  /// A sum this close below p counts as p. Engines add up in float, thousands of small terms, and
  /// stop a term early or late; theirs and ours then agree on where a nucleus ends.
  static constexpr double slack = 0x1p-17;

  float p = 0.95f;
  std::size_t min_keep = 1;
  [[nodiscard]] result<void> apply(candidates& c) const;
};

}  // namespace qx::sampling
