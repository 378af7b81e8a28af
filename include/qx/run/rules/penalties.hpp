// SPDX-License-Identifier: MIT
/// \file
/// Penalties for what the text already has.
#pragma once

#include <qx/run/rule.hpp>
#include <qx/run/token_window.hpp>

namespace qx::sampling {

/// Of tokens among the last `last_n` of the text the logit is divided by `repeat` where it is
/// positive and multiplied by it where not (Keskar et al. 2019), then lessened by `frequency` for
/// each time and by `presence` once. 1, 0 and 0 change nothing.
class penalties {
 public:
  struct strength {
    float repeat = 1.0f;
    float frequency = 0.0f;
    float presence = 0.0f;
  };
  penalties(strength by, window_length last_n) : by_(by), window_(last_n) {}

  [[nodiscard]] result<void> apply(candidates& c) const;
  void accept(token_id token) {
    if (active()) window_.push(token);
  }
  void forget() { window_.clear(); }

 private:
  [[nodiscard]] bool active() const {
    return by_.repeat != 1.0f || by_.frequency != 0.0f || by_.presence != 0.0f;
  }

  strength by_;
  token_window window_;
};

}  // namespace qx::sampling
