// SPDX-License-Identifier: MIT
/// \file
/// What rules that measure the entropy of a draw have in common.
///
/// Sums of many small floats depend on their order by more than published figures agree to, so the
/// order here is the one that they were made with: in float, the likeliest token first.
#pragma once

#include <qx/run/candidates.hpp>

#include <cstddef>
#include <span>

namespace qx::sampling {

/// The candidates from the likeliest to the least likely, with their probabilities.
class ordered_likelihoods {
 public:
  explicit ordered_likelihoods(candidates& c);

  /// Positions among the candidates.
  [[nodiscard]] std::span<const token_id> order() const { return order_; }
  [[nodiscard]] std::size_t size() const { return order_.size(); }
  /// Of the i-th likeliest.
  [[nodiscard]] float probability(std::size_t i) const { return weights_[at(i)] / sum_; }
  /// Its natural logarithm; minus infinity where the probability is too small for a float.
  [[nodiscard]] float log_probability(std::size_t i) const;

 private:
  [[nodiscard]] std::size_t at(std::size_t i) const { return static_cast<std::size_t>(order_[i]); }

  std::span<const token_id> order_;
  std::span<const float> logits_;
  std::span<const float> weights_;
  float largest_, scale_;
  float sum_ = 0.0f;
  float log_sum_;
};

}  // namespace qx::sampling
