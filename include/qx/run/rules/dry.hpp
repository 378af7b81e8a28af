// SPDX-License-Identifier: MIT
/// \file
/// DRY: do not repeat yourself.
#pragma once

#include <qx/run/rule.hpp>
#include <qx/run/token_window.hpp>

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace qx::sampling {

/// Where the end of the text has occurred before, the token that came next then is made less
/// likely: by multiplier · base^(length - allowed_length) for an end of `length` tokens, counted
/// back to the nearest breaker (p-e-w 2024). Multiplier 0 is off.
class dry {
 public:
  struct strength {
    float multiplier = 0.0f;
    float base = 1.75f;
    std::size_t allowed_length = 2;
  };
  /// Tokens that a repetition does not reach across: a token, and what must follow it.
  struct breaker {
    token_id head;
    std::vector<token_id> tail;
  };
  dry(strength by, window_length last_n, std::vector<breaker> breakers = {});

  [[nodiscard]] result<void> apply(candidates& c);
  void accept(token_id token) {
    if (active()) window_.push(token);
  }
  void forget() { window_.clear(); }

 private:
  [[nodiscard]] bool active() const { return by_.multiplier != 0.0f && by_.base >= 1.0f; }
  [[nodiscard]] std::span<const breaker> beginning_with(token_id head) const;
  [[nodiscard]] std::size_t limit() const;
  [[nodiscard]] std::size_t tail_matches(const breaker& b, std::size_t back) const;
  void measure_repeats();
  [[nodiscard]] float penalty(std::size_t length) const;

  strength by_;
  token_window window_;
  std::vector<breaker> breakers_;     ///< by head
  std::vector<token_id> recent_;      ///< the window from its end to its beginning
  std::vector<std::size_t> repeats_;  ///< how many tokens from there on are those at the end
  std::vector<token_window::tally> longest_;  ///< tokens that would go on with a repetition
};

}  // namespace qx::sampling
