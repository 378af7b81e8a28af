// SPDX-License-Identifier: MIT
#include <qx/run/rules/min_p.hpp>

#include <algorithm>

namespace qx::sampling {

result<void> min_p::apply(candidates& c) const {
  if (p <= 0.0f || c.size() <= std::max<std::size_t>(min_keep, 1)) return {};
  cut at{c.logit_of_weight(static_cast<double>(p)), c.size()};
  if (min_keep > 1) {
    const cut fewest = c.kth_largest(min_keep);
    if (fewest.logit < at.logit) at = fewest;
  }
  c.keep(at);
  return {};
}

}  // namespace qx::sampling
