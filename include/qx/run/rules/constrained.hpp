// SPDX-License-Identifier: MIT
/// \file
/// A grammar that the text must follow.
#pragma once

#include <qx/run/rule.hpp>
#include <qx/text/token_masks.hpp>

#include <memory>

namespace qx::sampling {

/// Only tokens with which the text can still become one of the grammar stay. What has been found
/// out about a place in the grammar is kept, so that a token costs what looking it up does. Copies
/// of the rule follow the same text.
class constrained {
 public:
  explicit constrained(std::shared_ptr<text::token_masks> masks) : masks_(std::move(masks)) {}

  /// errc::range where the vocabulary has no token that the grammar allows.
  [[nodiscard]] result<void> apply(candidates& c);
  /// Follows the tokens that were drawn: the prompt is not part of the text that is constrained.
  void drawn(token_id token, float) { masks_->advance(token); }

 private:
  std::shared_ptr<text::token_masks> masks_;
  std::vector<token_id> kept_;
};

}  // namespace qx::sampling
