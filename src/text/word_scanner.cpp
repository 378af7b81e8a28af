// SPDX-License-Identifier: MIT
#include <src/text/ascii.hpp>
#include <src/text/word_scanner.hpp>

namespace qx::text {

namespace {

bool is_ascii_sign(char c) {
  return c > ' ' && c < '\x7F' && !is_ascii_letter(c) && !is_ascii_digit(c);
}

}  // namespace

std::size_t contraction_end(std::string_view text, std::size_t at, bool fold_case) {
  if (at >= text.size() || text[at] != '\'') return at;
  const auto letter_at = [&](std::size_t i) {
    if (i >= text.size()) return '\0';
    return fold_case ? ascii_lower(text[i]) : text[i];
  };
  const char first = letter_at(at + 1);
  if (first == 's' || first == 't' || first == 'm' || first == 'd') return at + 2;
  const char second = letter_at(at + 2);
  if ((first == 'r' || first == 'v') && second == 'e') return at + 3;
  return first == 'l' && second == 'l' ? at + 3 : at;
}

std::size_t sign_word_end(std::string_view text, std::size_t at) {
  if (!is_ascii_sign(text[at])) return at;
  std::size_t end = at + 1;
  while (end < text.size() && is_ascii_letter(text[end]))
    ++end;
  return end == at + 1 ? at : end;
}

std::size_t spaced_words_end(std::string_view text, std::size_t at) {
  std::size_t end = at;
  for (glyph g = look(text, at); g.is(char_class::letter); g = look(text, at)) {
    at += g.length;
    end = at = run_end(text, at, [](auto& m) { return m.is(char_class::mark); });
    if (look(text, at).code == ' ') ++at;
  }
  return end;
}

}  // namespace qx::text
