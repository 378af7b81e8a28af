// SPDX-License-Identifier: MIT
#include "likelihoods.hpp"

#include <qx/run/rules/typical.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace qx::sampling {

result<void> typical::apply(candidates& c) {
  if (p_ >= 1.0f || c.size() < 2) return {};
  const ordered_likelihoods likely(c);
  const std::size_t n = likely.size();
  float entropy = 0.0f;
  for (std::size_t i = 0; i < n; ++i)
    entropy += -likely.probability(i) * likely.log_probability(i);
  distance_.resize(n);
  nearest_.resize(n);
  for (std::size_t i = 0; i < n; ++i)
    distance_[i] = std::abs(-likely.log_probability(i) - entropy);
  std::iota(nearest_.begin(), nearest_.end(), std::size_t{0});
  // A probability that is zero in float makes the entropy not a number, and all tokens equally far
  // from it: then the order is what std::sort makes of equals, as in the rule's reference.
  std::sort(nearest_.begin(), nearest_.end(),
            [&](std::size_t a, std::size_t b) { return distance_[a] < distance_[b]; });
  kept_.clear();
  float sum = 0.0f;
  for (const std::size_t i : nearest_) {
    sum += likely.probability(i);
    kept_.push_back(likely.order()[i]);
    if (sum > p_ && kept_.size() >= min_keep_) break;
  }
  std::ranges::sort(kept_);
  c.keep_at(kept_);
  return {};
}

}  // namespace qx::sampling
