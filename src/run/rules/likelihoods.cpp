// SPDX-License-Identifier: MIT
#include "likelihoods.hpp"

#include <cmath>
#include <limits>

namespace qx::sampling {

ordered_likelihoods::ordered_likelihoods(candidates& c)
    : order_(c.order()), logits_(c.logits().elements()), weights_(c.weights()),
      largest_(c.largest()), scale_(c.scale()) {
  for (const token_id i : order_)
    sum_ += weights_[static_cast<std::size_t>(i)];
  log_sum_ = std::log(sum_);
}

float ordered_likelihoods::log_probability(std::size_t i) const {
  constexpr float smallest = -103.97f;  // e to this power is half the smallest float
  const float power = (logits_[at(i)] - largest_) * scale_;
  return power < smallest ? -std::numeric_limits<float>::infinity() : power - log_sum_;
}

}  // namespace qx::sampling
