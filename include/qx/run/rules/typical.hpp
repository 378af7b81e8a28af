// SPDX-License-Identifier: MIT
/// \file
/// Locally typical sampling.
#pragma once

#include <qx/run/rule.hpp>

#include <cstddef>
#include <vector>

namespace qx::sampling {

/// Keeps the tokens whose surprise is nearest to the expected one until their probabilities sum to
/// more than p and `min_keep` are kept; 1 keeps all (Meister et al. 2023).
class typical {
 public:
  explicit typical(float p, std::size_t min_keep = 1) : p_(p), min_keep_(min_keep) {}
  [[nodiscard]] result<void> apply(candidates& c);

 private:
  float p_;
  std::size_t min_keep_;
  std::vector<float> distance_;  ///< of a surprise from the entropy; grows the first time
  std::vector<std::size_t> nearest_;
  std::vector<token_id> kept_;
};

}  // namespace qx::sampling
