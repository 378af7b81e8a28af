// SPDX-License-Identifier: MIT
/// \file
/// One character of a text with its classes, and the sets of characters that patterns name.
#pragma once

#include <qx/text/unicode.hpp>

#include <cstddef>
#include <span>
#include <string_view>

namespace qx::text {

/// A character and its classes; length 0 at the end of the text.
struct glyph {
  char32_t code = 0;
  std::uint32_t length = 0;
  std::uint8_t classes = 0;

  [[nodiscard]] bool is(int any_of) const { return (classes & any_of) != 0; }
  [[nodiscard]] bool is_newline() const { return code == '\n' || code == '\r'; }
};

[[nodiscard]] inline glyph look(std::string_view text, std::size_t at) {
  if (at >= text.size()) return {};
  const unsigned char first = static_cast<unsigned char>(text[at]);
  if (first < 0x80) return {first, 1, classes_of(first)};
  const utf8_step step = read_utf8(text, at);
  return {step.code, step.length, classes_of(step.code)};
}

/// Code points from `first` to `last`, both included.
struct code_range {
  char32_t first, last;
};

[[nodiscard]] constexpr bool contains(std::span<const code_range> ranges, char32_t code) {
  for (const code_range& range : ranges)
    if (code >= range.first && code <= range.last) return true;
  return false;
}

/// \p{Han}: the script, with its radicals and numerals.
[[nodiscard]] constexpr bool is_han(char32_t code) {
  constexpr code_range ranges[] = {
      {0x4E00, 0x9FFF},   {0x3400, 0x4DBF},   {0x2E80, 0x2E99},   {0x2E9B, 0x2EF3},
      {0x2F00, 0x2FD5},   {0x3005, 0x3005},   {0x3007, 0x3007},   {0x3021, 0x3029},
      {0x3038, 0x303B},   {0xF900, 0xFA6D},   {0xFA70, 0xFAD9},   {0x16FE2, 0x16FE3},
      {0x16FF0, 0x16FF1}, {0x20000, 0x2EE5D}, {0x2F800, 0x2FA1D}, {0x30000, 0x323AF}};
  return contains(ranges, code);
}

}  // namespace qx::text
