// SPDX-License-Identifier: MIT
/// \file
/// A grammar that the text must follow.
#pragma once

#include <qx/run/rule.hpp>
#include <qx/text/token_masks.hpp>

#include <cstddef>
#include <memory>
#include <vector>

namespace qx::sampling {

/// Only tokens with which the text can still become one of the grammar stay. What has been found
/// out about a place in the grammar is kept, so that a token costs what looking it up does. Copies
/// of the rule follow the same text.
///
/// Where the rule behind it keeps only the `enough` likeliest, as top-k and greedy do, a place that
/// is met for the first time is not asked about the whole vocabulary: the likeliest tokens are
/// tried until so many are allowed. What is drawn is the same.
class constrained {
 public:
  /// `enough`: 0 for all.
  explicit constrained(std::shared_ptr<text::token_masks> masks, std::size_t enough = 0)
      : masks_(std::move(masks)), enough_(enough) {}

  /// errc::range where the vocabulary has no token that the grammar allows.
  [[nodiscard]] result<void> apply(candidates& c);
  /// Follows the tokens that were drawn: the prompt is not part of the text that is constrained.
  void drawn(token_id token, float) { masks_->advance(token); }

 private:
  [[nodiscard]] bool keep_likeliest(candidates& c);

  std::shared_ptr<text::token_masks> masks_;
  std::size_t enough_;
  std::vector<token_id> kept_;
};

}  // namespace qx::sampling
