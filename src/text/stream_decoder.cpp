// SPDX-License-Identifier: MIT
#include <qx/text/stream_decoder.hpp>
#include <qx/text/unicode.hpp>

#include <src/text/visible.hpp>
#include <utility>

namespace qx::text {

std::string_view stream_decoder::push(token_id id) {
  text_.erase(0, given_);
  text_ += visible_piece(tokenizer_.vocab(), id, options_, strip_);
  given_ = text_.size() - incomplete_utf8_tail(text_);
  return std::string_view(text_).substr(0, given_);
}

std::string stream_decoder::finish() {
  std::string rest = text_.substr(given_);
  text_.clear();
  given_ = 0;
  strip_ = options_.strip_space_prefix;
  return rest;
}

}  // namespace qx::text
