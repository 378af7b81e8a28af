// SPDX-License-Identifier: MIT
/// \file
/// UTF-8 as the tokenizers read it, and the classes of code points that their patterns name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace qx::text {

/// What a code point is, as a set of bits. Unassigned, private and control characters have none.
namespace char_class {
inline constexpr std::uint8_t letter = 1;       ///< \p{L}
inline constexpr std::uint8_t number = 2;       ///< \p{N}
inline constexpr std::uint8_t punctuation = 4;  ///< \p{P}
inline constexpr std::uint8_t mark = 8;         ///< \p{M}
inline constexpr std::uint8_t symbol = 16;      ///< \p{S}
inline constexpr std::uint8_t whitespace = 32;  ///< \s: the property White_Space
inline constexpr std::uint8_t lowercase = 64;   ///< \p{Ll}; `letter` is set too
inline constexpr std::uint8_t uppercase = 128;  ///< \p{Lu} or \p{Lt}; `letter` is set too
}  // namespace char_class

inline constexpr char32_t replacement_character = 0xFFFD;

/// One step through a text. A byte that belongs to no well-formed sequence is a step of its own
/// with the replacement character as its code, so that every text has exactly one reading.
struct utf8_step {
  char32_t code;
  std::uint32_t length;  ///< bytes, 1–4
  bool valid;
};

/// The step at `at`; `at < text.size()`. Well-formed as in table 3-7 of the Unicode standard: no
/// overlong forms, no surrogates, nothing beyond U+10FFFF.
[[nodiscard]] utf8_step read_utf8(std::string_view text, std::size_t at);

/// How many bytes at the end of `text` begin a well-formed sequence that is not complete: 0–3.
[[nodiscard]] std::size_t incomplete_utf8_tail(std::string_view text);

namespace detail {
extern const std::uint8_t unicode_block_of[];  // [code point / 128]
extern const std::uint8_t unicode_classes[];   // [block][code point % 128]
}  // namespace detail

/// The classes of a code point, made for Unicode 15.1; none beyond U+10FFFF.
[[nodiscard]] inline std::uint8_t classes_of(char32_t code) {
  if (code > 0x10FFFF) return 0;
  const std::size_t block = detail::unicode_block_of[code >> 7];
  return detail::unicode_classes[block << 7 | (code & 127)];
}

}  // namespace qx::text
