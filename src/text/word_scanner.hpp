// SPDX-License-Identifier: MIT
/// \file
/// The published pre-tokenisation patterns as scanners. Each function says where what begins at
/// `at` ends; a stretch's end counts as the end of the text, as it does for the patterns.
#pragma once

#include <qx/text/unicode.hpp>

#include <cstddef>
#include <string_view>

namespace qx::text {

/// A character and its classes; length 0 at the end of the text.
struct glyph {
  char32_t code = 0;
  std::uint32_t length = 0;
  std::uint8_t classes = 0;

  [[nodiscard]] bool is(std::uint8_t any_of) const { return (classes & any_of) != 0; }
  [[nodiscard]] bool is_newline() const { return code == '\n' || code == '\r'; }
  /// [^\s\p{L}\p{N}]
  [[nodiscard]] bool is_other() const {
    return length != 0 && !is(char_class::letter | char_class::number | char_class::whitespace);
  }
};

[[nodiscard]] inline glyph look(std::string_view text, std::size_t at) {
  if (at >= text.size()) return {};
  const unsigned char first = static_cast<unsigned char>(text[at]);
  if (first < 0x80) return {first, 1, classes_of(first)};
  const utf8_step step = read_utf8(text, at);
  return {step.code, step.length, classes_of(step.code)};
}

[[nodiscard]] std::size_t gpt2_word_end(std::string_view text, std::size_t at);
/// `digits`: how many \p{N} at most make a word.
[[nodiscard]] std::size_t llama3_word_end(std::string_view text, std::size_t at,
                                          std::size_t digits);

/// The end of at most `most` \p{N}; `at` where there is none.
[[nodiscard]] std::size_t numbers_end(std::string_view text, std::size_t at, std::size_t most);
/// The end of a run of \p{P} and of the ASCII signs named; `at` where there is none.
[[nodiscard]] std::size_t punctuation_end(std::string_view text, std::size_t at,
                                          std::string_view signs);
/// The end of [0-9][0-9][0-9]; `at` where it is not there.
[[nodiscard]] std::size_t three_digits_end(std::string_view text, std::size_t at);

}  // namespace qx::text
