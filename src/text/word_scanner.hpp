// SPDX-License-Identifier: MIT
/// \file
/// Cuts a stretch of text into words, compiled once for each set of `word_rules`.
#pragma once

#include <cstddef>
#include <src/text/glyph.hpp>
#include <src/text/word_rules.hpp>
#include <string_view>

namespace qx::text {

/// 's|'t|'re|'ve|'m|'ll|'d from the apostrophe at `at` on: the end, or `at`.
[[nodiscard]] std::size_t contraction_end(std::string_view text, std::size_t at, bool fold_case);

/// The end of [!-/:-@[-`{-~][A-Za-z]+, or `at`.
[[nodiscard]] std::size_t sign_word_end(std::string_view text, std::size_t at);

/// The end of a run of words joined by single spaces, or `at`.
[[nodiscard]] std::size_t spaced_words_end(std::string_view text, std::size_t at);

/// The end of the characters from `at` on that belong, `most` of them.
template <class Belongs>
[[nodiscard]] std::size_t run_end(std::string_view text, std::size_t at, Belongs belongs,
                                  std::size_t most = word_rules::every) {
  for (glyph g = look(text, at); most != 0 && g.length != 0 && belongs(g); g = look(text, at)) {
    at += g.length;
    --most;
  }
  return at;
}

/// The end of the stretch counts as the end of the text, as it does for the patterns.
template <word_rules R>
class word_scanner {
 public:
  explicit word_scanner(std::string_view text) : text_(text) {}

  /// The end of the word at `at`; `at` where the pattern does not match.
  [[nodiscard]] std::size_t next(std::size_t at) {
    const glyph first = look(text_, at);
    if constexpr (R.shortened == contractions::exact || R.shortened == contractions::folded) {
      const std::size_t end =
          first.code == '\'' ? contraction_end(text_, at, R.shortened == contractions::folded) : at;
      if (end != at) return end;
    }
    if constexpr (R.han) {
      if (is_han(first.code)) return run_end(text_, at, [](auto& g) { return is_han(g.code); });
    }
    if constexpr (R.sign_words) {
      if (const std::size_t end = sign_word_end(text_, at); end != at) return end;
    }
    if (const std::size_t end = word_end(at, first); end != at) return end;
    if (const std::size_t end = number_end(at, first); end != at) return end;
    if (const std::size_t end = signs_end(at, first); end != at) return end;
    return first.is(whitespace) ? whitespace_end(at) : at;
  }

 private:
  static constexpr auto letter = char_class::letter, number = char_class::number,
                        whitespace = char_class::whitespace, mark = char_class::mark;

  static bool in_word(const glyph& g) { return g.is(R.word) && !(R.han && is_han(g.code)); }

  /// Where a word may begin that takes the character `first` at `at` before it; `at` if it may not.
  static std::size_t after_lead(std::size_t at, const glyph& first) {
    if (!R.any_lead) return at + (first.code == ' ');
    return first.is_newline() || first.is(R.no_lead) ? at : at + first.length;
  }

  std::size_t word_end(std::size_t at, const glyph& first) const {
    const std::size_t body = after_lead(at, first);
    std::size_t end = at;
    if constexpr (R.by_case) {
      end = cased_word_end(at, body);
    } else {
      end = letters_end(body);
      if (end == body) end = body == at ? at : letters_end(at);
    }
    if (R.shortened != contractions::after || end == at) return end;
    return contraction_end(text_, end, true);
  }

  std::size_t letters_end(std::size_t at) const {
    if constexpr (R.spaced) return spaced_words_end(text_, at);
    return run_end(text_, at, in_word);
  }

  /// Capital letters, then small ones; letters without case and marks are both. One small letter
  /// at least, else one capital: with the lead first, then without.
  std::size_t cased_word_end(std::size_t at, std::size_t body) const {
    const cased_word led = cased_word_at(body), bare = body == at ? led : cased_word_at(at);
    if (led.small_end != body) return led.small_end;
    if (bare.small_end != at) return bare.small_end;
    return led.capital_end != body ? led.capital_end : bare.capital_end;
  }

  struct cased_word {
    std::size_t small_end;    // with a small letter at its end, or where it begins
    std::size_t capital_end;  // of capitals alone, or where it begins
  };

  cased_word cased_word_at(std::size_t begin) const {
    std::size_t at = begin, both_end = begin;  // of the last character that is capital and small
    glyph g = look(text_, at);
    for (; is_capital(g); g = look(text_, at)) {
      at += g.length;
      if (is_small(g)) both_end = at;
    }
    const std::size_t end = run_end(text_, at, is_small);
    return {end != at ? end : both_end, at};
  }
  static bool is_capital(const glyph& g) { return in_word(g) && !g.is(char_class::lowercase); }
  static bool is_small(const glyph& g) { return in_word(g) && !g.is(char_class::uppercase); }

  std::size_t number_end(std::size_t at, const glyph& first) const {
    if (R.digits == 0) return at;
    const std::size_t body = at + (R.spaced_digits && first.code == ' ');
    const std::size_t end = run_end(text_, body, [](auto& g) { return g.is(number); }, R.digits);
    return end == body ? at : end;
  }

  static bool is_sign(const glyph& g) {
    return R.signs != 0 ? g.is(R.signs) : !g.is(R.word | letter | number | whitespace);
  }

  std::size_t signs_end(std::size_t at, const glyph& first) const {
    const std::size_t body = at + (first.code == ' ');
    const std::size_t end = run_end(text_, body, is_sign);
    if (end == body) return at;
    const auto in_tail = [](const glyph& g) {
      return (R.newline_tail && g.is_newline()) || (R.slash_tail && g.code == '/');
    };
    return run_end(text_, end, in_tail, R.longest_tail);
  }

  std::size_t whitespace_end(std::size_t at) {
    if (at >= run_end_) read_whitespace(at);
    if (R.breaks && break_end_ > at) return break_end_;
    if (R.powers) return power_end(at);
    return run_end_ < text_.size() && last_begin_ > at ? last_begin_ : run_end_;
  }

  void read_whitespace(std::size_t at) {
    for (glyph g = look(text_, at); g.is(whitespace); g = look(text_, at)) {
      last_begin_ = at;
      at += g.length;
      if (g.is_newline()) break_end_ = at;
    }
    run_end_ = at;
  }

  /// The largest power that another character of white space follows, or the end of the text.
  std::size_t power_end(std::size_t at) const {
    const auto end_of = [&](std::size_t count) {
      return run_end(text_, at, [](auto& g) { return g.is(whitespace); }, count);
    };
    for (std::size_t power = 512; power >= 1; power = power == 4 ? 2 : power / 2) {
      const std::size_t end = end_of(power);
      if (end < run_end_ || (end == text_.size() && end_of(power - 1) != end)) return end;
    }
    return end_of(1);
  }

  std::string_view text_;
  // The white space read last: a run may become several words, but is read once.
  std::size_t run_end_ = 0;     // where it ends
  std::size_t last_begin_ = 0;  // where its last character begins
  std::size_t break_end_ = 0;   // where its last line break ends
};

}  // namespace qx::text
