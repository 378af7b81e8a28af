// SPDX-License-Identifier: MIT
/// \file
/// What a tokenizer looks up while it encodes.
#pragma once

#include <qx/text/tokenizer.hpp>

#include <array>
#include <src/text/merge_table.hpp>
#include <src/text/special_splitter.hpp>
#include <src/text/string_index.hpp>
#include <string_view>
#include <vector>

namespace qx::text {

/// Built once, then only read. Byte-pair merges may go through strings that are not tokens; these
/// have ids from `vocab.size()` on, and their bytes in `beyond`.
struct tokenizer::tables {
  vocabulary vocab;
  special_splitter specials;
  string_index index;                  ///< bytes → id, of what merging may meet
  string_list beyond;                  ///< [id - vocab.size()]
  std::array<token_id, 256> byte_ids;  ///< [byte] the token of a single byte; `no_token`: none
  std::size_t longest_piece = 0;       ///< bytes, of what is in `index`

  std::vector<std::uint32_t> orders;    ///< "llama": [token] the highest score has the lowest
  bool words_at_spaces = false;         ///< "llama": no token has a space after another character
  merge_table merges;                   ///< "gpt2"
  std::array<token_id, 256> first_ids;  ///< "gpt2": [byte] the symbol that a word begins with

  [[nodiscard]] bool is_token(token_id id) const { return vocab.contains(id); }
  [[nodiscard]] std::string_view bytes_of(token_id id) const {
    return is_token(id) ? vocab.piece(id) : beyond[static_cast<std::size_t>(id) - vocab.size()];
  }
  [[nodiscard]] token_id find(std::string_view text) const {
    if (text.size() > longest_piece) return no_token;
    return index.find(text, [this](token_id id) { return bytes_of(id); });
  }
};

}  // namespace qx::text
