// SPDX-License-Identifier: MIT
/// \file
/// Text of tokens as they come, never half a character.
#pragma once

#include <qx/text/tokenizer.hpp>

#include <string>
#include <string_view>

namespace qx::text {

/// All that `push` and `finish` gave, put together, is what `tokenizer::decode` gives for the same
/// ids and options. The beginning of a UTF-8 character whose other bytes may still come is held
/// back, at most 3 bytes, and nothing else is. Bytes that can no longer become a character are
/// given as they are.
class stream_decoder {
 public:
  explicit stream_decoder(tokenizer source, decode_options options = {})
      : tokenizer_(std::move(source)), options_(options), strip_(options.strip_space_prefix) {}

  /// What this token adds to the text that can be shown; valid until the next call.
  [[nodiscard]] std::string_view push(token_id id);

  /// The bytes held back, unchanged: the beginning of a character that never came. The decoder
  /// then starts afresh.
  [[nodiscard]] std::string finish();

 private:
  tokenizer tokenizer_;
  decode_options options_;
  bool strip_;             // the space prefix is still to come
  std::string text_;       // given by the last push, then what is held back
  std::size_t given_ = 0;  // bytes of text_
};

}  // namespace qx::text
