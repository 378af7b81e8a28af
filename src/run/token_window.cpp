// SPDX-License-Identifier: MIT
#include <qx/run/token_window.hpp>

#include <algorithm>

namespace qx::sampling {
namespace {

/// More than this is allocated as it is needed.
constexpr std::size_t reserved = 4096;

auto place(std::vector<token_window::tally>& counts, token_id token) {
  return std::ranges::lower_bound(counts, token, {}, &token_window::tally::token);
}

}  // namespace

token_window::token_window(window_length length) : length_(length) {
  ring_.reserve(std::min(length, reserved));
  counts_.reserve(std::min(length, reserved));
}

void token_window::push(token_id token) {
  if (length_ == 0) return;
  if (ring_.size() < length_) {
    ring_.push_back(token);
  } else {
    forget(ring_[next_]);
    ring_[next_] = token;
    next_ = (next_ + 1) % length_;
  }
  count(token);
}

void token_window::clear() {
  next_ = 0;
  ring_.clear();
  counts_.clear();
}

void token_window::count(token_id token) {
  const auto at = place(counts_, token);
  if (at != counts_.end() && at->token == token)
    ++at->count;
  else
    counts_.insert(at, {token, 1});
}

void token_window::forget(token_id token) {
  const auto at = place(counts_, token);
  if (--at->count == 0) counts_.erase(at);
}

}  // namespace qx::sampling
