// SPDX-License-Identifier: MIT
/// \file
/// In what the published patterns that cut text into words differ from each other.
#pragma once

#include <qx/text/unicode.hpp>

#include <cstddef>
#include <cstdint>

namespace qx::text {

/// 's|'t|'re|'ve|'m|'ll|'d
enum class contractions : std::uint8_t {
  none,
  exact,   ///< a word of their own, in lower case
  folded,  ///< a word of their own, in any case
  after,   ///< the end of the word before them, in any case
};

/// The members stand in the order in which a pattern tries them; every pattern ends in
/// \s+(?!\S)|\s+, which leaves the last character of white space to the word after it.
struct word_rules {
  static constexpr std::size_t every = static_cast<std::size_t>(-1);

  contractions shortened = contractions::none;
  bool han = false;         ///< \p{Han}+, which is then no part of other words
  bool sign_words = false;  ///< an ASCII sign and the ASCII letters after it

  std::uint8_t word = char_class::letter;  ///< what words are runs of
  bool any_lead = true;                    ///< a word takes the character before it, else a space
  std::uint8_t no_lead = char_class::letter | char_class::number;  ///< but none of these, no \r\n
  bool by_case = false;  ///< a word is capital letters, then small ones, and no more
  bool spaced = false;   ///< words with one space between them are one word

  std::size_t digits = every;  ///< that make a word
  bool spaced_digits = false;  ///< numbers take a space before them

  std::uint8_t signs = 0;            ///< ` ?[signs]+`; 0: all but words, numbers and white space
  bool newline_tail = true;          ///< signs take the line breaks after them
  bool slash_tail = false;           ///< and slashes
  std::size_t longest_tail = every;  ///< characters of this tail

  bool breaks = true;   ///< \s*[\r\n]+
  bool powers = false;  ///< white space by powers of two: \s{512}(?!\S)|…|\s{1,2}(?!\S)|\s
};

}  // namespace qx::text
