// SPDX-License-Identifier: MIT
/// \file
/// Logit bias.
#pragma once

#include <qx/run/rule.hpp>

#include <vector>

namespace qx::sampling {

/// Adds to the logits of single tokens; -infinity takes a token out of the draw.
struct logit_bias {
  struct entry {
    token_id token;
    float bias;
  };
  std::vector<entry> entries;
  [[nodiscard]] result<void> apply(candidates& c) const;
};

}  // namespace qx::sampling
