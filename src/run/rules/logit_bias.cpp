// SPDX-License-Identifier: MIT
#include <qx/run/rules/logit_bias.hpp>

namespace qx::sampling {

result<void> logit_bias::apply(candidates& c) const {
  if (entries.empty()) return {};
  const auto logit = c.edit();
  for (const entry& e : entries)
    if (const std::size_t at = c.find(e.token); at < c.size()) logit[at] += e.bias;
  return {};
}

}  // namespace qx::sampling
