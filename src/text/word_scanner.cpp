// SPDX-License-Identifier: MIT
#include <src/text/word_scanner.hpp>

namespace qx::text {

namespace {

using namespace char_class;

template <class Belongs>
std::size_t run_end(std::string_view text, std::size_t at, Belongs belongs) {
  for (glyph g = look(text, at); g.length != 0 && belongs(g); g = look(text, at)) at += g.length;
  return at;
}

std::size_t letters_end(std::string_view text, std::size_t at) {
  return run_end(text, at, [](const glyph& g) { return g.is(letter); });
}

std::size_t others_end(std::string_view text, std::size_t at) {
  return run_end(text, at, [](const glyph& g) { return g.is_other(); });
}

/// 's|'t|'re|'ve|'m|'ll|'d from the apostrophe on: the end, or `at`.
std::size_t contraction_end(std::string_view text, std::size_t at, bool fold_case) {
  const auto letter_at = [&](std::size_t i) {
    if (i >= text.size()) return '\0';
    const char c = text[i];
    return fold_case && c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  };
  const char first = letter_at(at + 1);
  if (first == 's' || first == 't' || first == 'm' || first == 'd') return at + 2;
  const char second = letter_at(at + 2);
  if ((first == 'r' || first == 'v') && second == 'e') return at + 3;
  return first == 'l' && second == 'l' ? at + 3 : at;
}

/// \s+(?!\S)|\s+ : white space before a word leaves its last character to the word.
std::size_t whitespace_end(std::string_view text, std::size_t at) {
  const std::size_t begin = at;
  std::size_t last = at;
  for (glyph g = look(text, at); g.is(whitespace); g = look(text, at)) {
    last = at;
    at += g.length;
  }
  return at < text.size() && last > begin ? last : at;
}

/// The end of the last line break within the white space at `at`, or `at`.
std::size_t line_breaks_end(std::string_view text, std::size_t at) {
  std::size_t end = at;
  for (glyph g = look(text, at); g.is(whitespace); g = look(text, at)) {
    at += g.length;
    if (g.is_newline()) end = at;
  }
  return end;
}

}  // namespace

std::size_t gpt2_word_end(std::string_view text, std::size_t at) {
  const glyph first = look(text, at);
  if (first.code == '\'') {
    const std::size_t end = contraction_end(text, at, false);
    if (end != at) return end;
  }
  const std::size_t body = at + (first.code == ' ' ? 1 : 0);
  const glyph next = body == at ? first : look(text, body);
  if (next.is(letter)) return letters_end(text, body);
  if (next.is(number)) return numbers_end(text, body, text.size());
  if (next.is_other()) return others_end(text, body);
  return whitespace_end(text, at);
}

std::size_t llama3_word_end(std::string_view text, std::size_t at, std::size_t digits) {
  const glyph first = look(text, at);
  if (first.code == '\'') {
    const std::size_t end = contraction_end(text, at, true);
    if (end != at) return end;
  }
  if (first.is(number)) return numbers_end(text, at, digits);
  if (!first.is_newline()) {
    const std::size_t rest = at + first.length;
    if (first.is(letter) || look(text, rest).is(letter)) return letters_end(text, rest);
  }
  const std::size_t body = at + (first.code == ' ' ? 1 : 0);
  const glyph next = body == at ? first : look(text, body);
  if (next.is_other()) {
    return run_end(text, others_end(text, body), [](const glyph& g) { return g.is_newline(); });
  }
  const std::size_t lines = line_breaks_end(text, at);
  return lines != at ? lines : whitespace_end(text, at);
}

std::size_t numbers_end(std::string_view text, std::size_t at, std::size_t most) {
  for (glyph g = look(text, at); most != 0 && g.is(number); g = look(text, at)) {
    at += g.length;
    --most;
  }
  return at;
}

std::size_t punctuation_end(std::string_view text, std::size_t at, std::string_view signs) {
  return run_end(text, at, [signs](const glyph& g) {
    return g.is(punctuation) ||
           (g.code < 0x80 && signs.find(static_cast<char>(g.code)) != std::string_view::npos);
  });
}

std::size_t three_digits_end(std::string_view text, std::size_t at) {
  if (text.size() - at < 3) return at;
  for (std::size_t i = at; i < at + 3; ++i) {
    if (text[i] < '0' || text[i] > '9') return at;
  }
  return at + 3;
}

}  // namespace qx::text
