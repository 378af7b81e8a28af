// SPDX-License-Identifier: MIT
#include "likelihoods.hpp"

#include <qx/run/rules/dynamic_temperature.hpp>
#include <qx/run/rules/temperature.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace qx::sampling {

result<void> dynamic_temperature::apply(candidates& c) const {
  if (range <= 0.0f) return temperature{value}.apply(c);
  if (c.size() < 2) return {};
  const ordered_likelihoods likely(c);
  float entropy = 0.0f;
  for (std::size_t i = 0; i < likely.size(); ++i)
    if (const float p = likely.probability(i); p > 0.0f) entropy -= p * likely.log_probability(i);
  const float share = entropy / std::log(static_cast<float>(c.size()));
  const float coldest = std::max(0.0f, value - range), hottest = value + range;
  return temperature{coldest + (hottest - coldest) * std::pow(share, exponent)}.apply(c);
}

}  // namespace qx::sampling
