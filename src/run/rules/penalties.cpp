// SPDX-License-Identifier: MIT
#include <qx/run/rules/penalties.hpp>

namespace qx::sampling {

result<void> penalties::apply(candidates& c) const {
  if (!active() || window_.counts().empty()) return {};
  const auto logit = c.edit();
  for (const token_window::tally& t : window_.counts()) {
    const std::size_t at = c.find(t.token);
    if (at == c.size()) continue;
    const float x = logit[at];
    logit[at] = (x <= 0.0f ? x * by_.repeat : x / by_.repeat) -
                static_cast<float>(t.count) * by_.frequency - by_.presence;
  }
  return {};
}

}  // namespace qx::sampling
