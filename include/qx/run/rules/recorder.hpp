// SPDX-License-Identifier: MIT
/// \file
/// What the model itself thought of a token that was drawn, and what else it might have said.
#pragma once

#include <qx/run/rule.hpp>

#include <cstddef>
#include <memory>
#include <vector>

namespace qx::sampling {

/// Natural logarithms of probabilities.
struct record {
  struct entry {
    token_id token;
    float log_probability;
  };
  std::vector<entry> top;    ///< the likeliest tokens, the likeliest first
  entry drawn{no_token, 0};  ///< the one that the chain chose
};

/// As the first rule of a chain, removes nothing and writes down the `count` likeliest tokens of
/// each draw as the model has them, before any other rule.
class recorder {
 public:
  recorder(std::size_t count, std::shared_ptr<record> into)
      : count_(count), into_(std::move(into)) {}
  [[nodiscard]] result<void> apply(candidates& c);
  void drawn(token_id token, float);

 private:
  std::size_t count_;
  std::shared_ptr<record> into_;
  candidates::const_view logits_;  ///< the model's own, which other rules do not change
  double log_total_ = 0.0;
};

}  // namespace qx::sampling
