// SPDX-License-Identifier: MIT
/// \file
/// What one token adds to decoded text.
#pragma once

#include <qx/text/tokenizer.hpp>
#include <qx/text/vocabulary.hpp>

#include <string_view>

namespace qx::text {

/// `strip`: whether the space prefix is still to be taken back; false once text has come.
[[nodiscard]] inline std::string_view visible_piece(const vocabulary& vocab, token_id id,
                                                    decode_options options, bool& strip) {
  if (vocab.is_hidden(id)) return options.special ? vocab.piece(id) : std::string_view();
  std::string_view piece = vocab.piece(id);
  if (strip && vocab.add_space_prefix() && piece.starts_with(' ')) piece.remove_prefix(1);
  strip = false;
  return piece;
}

}  // namespace qx::text
