// SPDX-License-Identifier: MIT
#include <qx/run/perplexity.hpp>

namespace qx {

double log_partition(std::span<const float> logits) {
  float highest = -INFINITY;
  for (const float logit : logits)
    highest = std::max(highest, logit);
  double sum = 0;
  for (const float logit : logits)
    sum += static_cast<double>(std::exp(logit - highest));
  return static_cast<double>(highest) + std::log(sum);
}

}  // namespace qx
