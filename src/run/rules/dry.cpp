// SPDX-License-Identifier: MIT
#include <qx/run/rules/dry.hpp>

#include <algorithm>
#include <cmath>

namespace qx::sampling {

dry::dry(strength by, window_length last_n, std::vector<breaker> breakers)
    : by_(by), window_(last_n), breakers_(std::move(breakers)) {
  std::ranges::sort(breakers_, {}, &breaker::head);
  const std::size_t reserved = std::min<std::size_t>(last_n, 4096);
  recent_.reserve(reserved);
  repeats_.reserve(reserved);
  longest_.reserve(reserved);
}

std::span<const dry::breaker> dry::beginning_with(token_id head) const {
  return std::ranges::equal_range(breakers_, head, {}, &breaker::head);
}

/// Tokens behind the head, or nothing (as a count below zero would be) where the tail differs.
std::size_t dry::tail_matches(const breaker& b, std::size_t back) const {
  if (b.tail.size() > back) return 0;
  for (std::size_t i = 0; i < b.tail.size(); ++i)
    if (recent_[back - 1 - i] != b.tail[i]) return 0;
  return b.tail.size() + 1;
}

/// Tokens behind the last breaker.
std::size_t dry::limit() const {
  for (std::size_t back = 0; back < recent_.size(); ++back) {
    std::size_t length = 0;
    for (const breaker& b : beginning_with(recent_[back]))
      length = std::max(length, tail_matches(b, back));
    if (length != 0) return back + 1 - length;
  }
  return recent_.size();
}

/// The Z algorithm (Gusfield 1997): linear, because no token is compared again inside the match
/// that reaches farthest.
void dry::measure_repeats() {
  const std::size_t n = recent_.size();
  repeats_.assign(n, 0);
  std::size_t left = 0, right = 0;  // the match that reaches farthest is [left, right)
  for (std::size_t k = 1; k < n; ++k) {
    std::size_t length = k < right ? std::min(repeats_[k - left], right - k) : 0;
    while (k + length < n && recent_[length] == recent_[k + length])
      ++length;
    repeats_[k] = length;
    if (k + length > right) {
      left = k;
      right = k + length;
    }
  }
}

float dry::penalty(std::size_t length) const {
  constexpr float largest_power = 88.7f;  // e to this power is a float
  const float power = static_cast<float>(length - by_.allowed_length);
  const float most = by_.base > 1.000001f ? largest_power / std::log(by_.base) : power;
  return by_.multiplier * std::pow(by_.base, std::min(power, std::floor(most)));
}

result<void> dry::apply(candidates& c) {
  if (!active() || window_.size() <= by_.allowed_length) return {};
  recent_.clear();
  for (std::size_t back = 0; back < window_.size(); ++back)
    recent_.push_back(window_.recent(back));
  const std::size_t most = limit();
  if (most < by_.allowed_length) return {};
  measure_repeats();
  longest_.clear();
  for (std::size_t k = 1; k < recent_.size(); ++k)
    if (const std::size_t length = std::min(repeats_[k], most); length >= by_.allowed_length)
      longest_.push_back({recent_[k - 1], length});
  if (longest_.empty()) return {};
  std::ranges::sort(longest_, [](const auto& a, const auto& b) {
    return a.token < b.token || (a.token == b.token && a.count > b.count);
  });
  const auto logit = c.edit();
  for (std::size_t i = 0; i < longest_.size(); ++i) {
    const auto [token, length] = longest_[i];
    if (i > 0 && longest_[i - 1].token == token) continue;
    const auto breaks = beginning_with(token);
    if (std::ranges::any_of(breaks, [](const breaker& b) { return b.tail.empty(); })) continue;
    if (const std::size_t at = c.find(token); at < c.size()) logit[at] -= penalty(length);
  }
  return {};
}

}  // namespace qx::sampling
