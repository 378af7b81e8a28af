// SPDX-License-Identifier: MIT
/// \file
/// Min-p.
#pragma once

#include <qx/run/rule.hpp>

#include <cstddef>

namespace qx::sampling {

/// Tokens at least p times as likely as the likeliest stay, and at least the `min_keep` most
/// likely; 0 keeps all (Nguyen et al. 2024).
struct min_p {
  float p = 0.05f;
  std::size_t min_keep = 1;
  [[nodiscard]] result<void> apply(candidates& c) const;
};

}  // namespace qx::sampling
