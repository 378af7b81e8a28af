// SPDX-License-Identifier: MIT
#include <qx/run/rules/recorder.hpp>

#include <algorithm>
#include <cmath>

namespace qx::sampling {

result<void> recorder::apply(candidates& c) {
  logits_ = c.logits();
  log_total_ = static_cast<double>(c.largest()) + std::log(c.total_weight());
  into_->top.clear();
  const std::size_t count = std::min(count_, c.size());
  if (count == 0) return {};
  const auto top = c.at_least(c.kth_largest(count).logit);
  std::ranges::sort(top, [&](token_id a, token_id b) {
    return logits_[a] > logits_[b] || (logits_[a] == logits_[b] && a < b);
  });
  for (const token_id at : top.first(count))
    into_->top.push_back({c.id(static_cast<std::size_t>(at)),
                          static_cast<float>(static_cast<double>(logits_[at]) - log_total_)});
  return {};
}

void recorder::drawn(token_id token, float) {
  into_->drawn = {token, static_cast<float>(static_cast<double>(logits_[token]) - log_total_)};
}

}  // namespace qx::sampling
