// SPDX-License-Identifier: MIT
#include <qx/run/rules/top_p.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace qx::sampling {

result<void> top_p::apply(candidates& c) const {
  const std::size_t least_kept = std::max<std::size_t>(min_keep, 1);
  if (p >= 1.0f || c.size() <= least_kept) return {};
  const double total = c.total_weight();
  // All that weigh less than (1 - p) · total / size together weigh less than what may go.
  const double light = (1.0 - static_cast<double>(p)) * total / static_cast<double>(c.size());
  float least = std::nextafter(c.logit_of_weight(light), -std::numeric_limits<float>::infinity());
  if (min_keep > 1) least = std::min(least, c.kth_largest(least_kept).logit);
  c.keep(c.fewest((static_cast<double>(p) - slack) * total, least_kept, least));
  return {};
}

}  // namespace qx::sampling
