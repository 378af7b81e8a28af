// SPDX-License-Identifier: MIT
/// \file
/// Mirostat: the surprise of the text is steered towards a target.
#pragma once

#include <qx/run/rule.hpp>

#include <cstddef>

namespace qx::sampling {

/// Mirostat (Basu et al. 2021): a top-k whose k follows from how fast the probabilities of the `m`
/// likeliest tokens fall, so that a drawn token surprises by `tau` bits; `eta` is how fast it
/// learns.
class mirostat {
 public:
  explicit mirostat(float tau = 5.0f, float eta = 0.1f, std::size_t m = 100)
      : tau_(tau), eta_(eta), mu_(2.0f * tau), m_(m) {}
  [[nodiscard]] result<void> apply(candidates& c) const;
  void drawn(token_id token, float probability);

 private:
  float tau_, eta_, mu_;
  std::size_t m_;
};

/// Mirostat 2: the tokens that surprise by more than a number of bits, which is learnt, go.
class mirostat_2 {
 public:
  explicit mirostat_2(float tau = 5.0f, float eta = 0.1f) : tau_(tau), eta_(eta), mu_(2.0f * tau) {}
  [[nodiscard]] result<void> apply(candidates& c) const;
  void drawn(token_id token, float probability);

 private:
  float tau_, eta_, mu_;
};

}  // namespace qx::sampling
