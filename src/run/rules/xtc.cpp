// SPDX-License-Identifier: MIT
#include <qx/run/rules/xtc.hpp>

#include <limits>

namespace qx::sampling {

result<void> xtc::apply(candidates& c) {
  if (probability <= 0.0f || threshold > 0.5f || c.size() < 2) return {};
  if (random.uniform() >= static_cast<double>(probability)) return {};
  const float least = c.logit_of_weight(static_cast<double>(threshold) * c.total_weight());
  const auto top = c.at_least(least);
  if (top.size() < 2 || c.size() - (top.size() - 1) < min_keep) return {};
  const auto logit = c.edit();
  token_id stays = top.front();
  for (const token_id at : top)
    if (logit[static_cast<std::size_t>(at)] <= logit[static_cast<std::size_t>(stays)]) stays = at;
  for (const token_id at : top)
    if (at != stays) logit[static_cast<std::size_t>(at)] = -std::numeric_limits<float>::infinity();
  return {};
}

}  // namespace qx::sampling
