// SPDX-License-Identifier: MIT
/// \file
/// The last tokens of a text, and how often each of them occurs there.
#pragma once

#include <qx/core/token.hpp>

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace qx::sampling {

/// How many tokens a rule looks back.
using window_length = std::size_t;
inline constexpr window_length whole_text = std::numeric_limits<std::size_t>::max();

/// Memory for the window is allocated when it is made; one of the whole text grows with the text.
class token_window {
 public:
  struct tally {
    token_id token;
    std::size_t count;
  };

  explicit token_window(window_length length);

  void push(token_id token);
  void clear();
  /// Tokens in the window.
  [[nodiscard]] std::size_t size() const { return ring_.size(); }
  /// The token `back` places before the last: 0 is the last one.
  [[nodiscard]] token_id recent(std::size_t back) const {
    const std::size_t n = ring_.size();
    return ring_[(next_ + 2 * n - 1 - back) % n];
  }
  /// Each token of the window once, by ascending id.
  [[nodiscard]] std::span<const tally> counts() const { return counts_; }

 private:
  void count(token_id token);
  void forget(token_id token);

  window_length length_;
  std::size_t next_ = 0;  ///< where the next token goes; 0 while the ring is still growing
  std::vector<token_id> ring_;
  std::vector<tally> counts_;
};

}  // namespace qx::sampling
