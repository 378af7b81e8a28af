// SPDX-License-Identifier: MIT
#include "json_pattern.hpp"
#include "json_value.hpp"

#include <qx/core/message.hpp>

#include <algorithm>

namespace qx::text {
namespace {

constexpr std::size_t most_digits = 18;

std::string digit_range(char first, char last) {
  return first == last ? message('"', first, '"') : message('[', first, '-', last, ']');
}

/// Numbers of as many digits as both have.
std::string of_same_length(const std::string& low, const std::string& high) {
  if (low.empty()) return "";
  const std::size_t rest = low.size() - 1;
  const std::string low_rest = low.substr(1), high_rest = high.substr(1);
  const std::string nines(rest, '9'), zeros(rest, '0');
  const auto any_rest = rest == 0 ? std::string() : message(" [0-9]{", rest, '}');
  if (low_rest == zeros && high_rest == nines) return digit_range(low[0], high[0]) + any_rest;
  if (low[0] == high[0])
    return digit_range(low[0], low[0]) + ' ' + of_same_length(low_rest, high_rest);
  std::string out = digit_range(low[0], low[0]) + ' ' + of_same_length(low_rest, nines);
  if (high[0] - low[0] > 1)
    out += " | " + digit_range(static_cast<char>(low[0] + 1), static_cast<char>(high[0] - 1)) +
           any_rest;
  return '(' + out + " | " + digit_range(high[0], high[0]) + ' ' +
         of_same_length(zeros, high_rest) + ')';
}

/// Numbers from `low` to `high`, neither negative.
std::string natural(std::uint64_t low, std::uint64_t high) {
  std::string out;
  for (std::string first = std::to_string(low);;) {
    const std::string last = std::to_string(high), nines(first.size(), '9');
    const bool there = first.size() == last.size();
    (out += out.empty() ? "" : " | ") += of_same_length(first, there ? last : nines);
    if (there) return out;
    first = '1' + std::string(first.size(), '0');
  }
}

class pattern_reader {
 public:
  explicit pattern_reader(std::string_view pattern) : text_(pattern) {}

  result<std::string> read() {
    const bool from_start = take('^');
    auto body = alternatives(0);
    if (!body) return body;
    const bool to_end = take('$');
    if (at_ < text_.size()) return wrong("this is not understood here");
    return message(from_start ? "" : "char* ", '(', *body, ')', to_end ? "" : " char*");
  }

 private:
  [[nodiscard]] std::unexpected<error> wrong(std::string_view sentence) const {
    return fail(errc::unsupported,
                message("the pattern '", text_, "', character ", at_ + 1, ": ", sentence,
                        ": literals, classes, \\d \\w \\s, groups, | and repetitions are"));
  }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  [[nodiscard]] bool at_end() const {
    return at_ >= text_.size() || text_[at_] == '|' || text_[at_] == ')' ||
           (text_[at_] == '$' && at_ + 1 == text_.size());
  }

  result<std::string> alternatives(std::size_t depth) {
    if (depth > 50) return wrong("groups are nested too deep");
    std::string out;
    do {
      if (!out.empty()) out += " | ";
      std::string one = "\"\"";
      while (!at_end()) {
        auto next = item(depth);
        if (!next) return next;
        one += ' ' + *next + repetition();
      }
      out += one;
    } while (take('|'));
    return out;
  }

  std::string repetition() {
    std::string out;
    while (at_ < text_.size() &&
           std::string_view("*+?{").find(text_[at_]) != std::string_view::npos) {
      const bool counted = text_[at_] == '{';
      const std::size_t end = counted ? text_.find('}', at_) : at_;
      if (end == std::string_view::npos) return out;
      // A question mark behind a repetition only says which match is found first.
      if (out.empty() || text_[at_] != '?') out += text_.substr(at_, end + 1 - at_);
      at_ = end + 1;
    }
    return out;
  }

  result<std::string> item(std::size_t depth) {
    const char c = text_[at_];
    if (c == '(') {
      ++at_;
      if (take('?') && !take(':')) return wrong("groups that begin with (? are not");
      auto body = alternatives(depth + 1);
      if (!body) return body;
      if (!take(')')) return wrong("a parenthesis is not closed");
      return '(' + *body + ')';
    }
    if (c == '[') return bracketed();
    if (c == '\\') return escape();
    if (std::string_view("^$*+?{").find(c) != std::string_view::npos)
      return wrong(message("'", c, "' at this place is not"));
    const std::size_t begin = at_++;
    if (c == '.') return std::string("char");
    while (at_ < text_.size() && (static_cast<unsigned char>(text_[at_]) & 0xC0) == 0x80)
      ++at_;
    return gbnf_literal(written(text_.substr(begin, at_ - begin)));
  }

  /// As it stands inside a JSON string.
  static std::string written(std::string_view text) {
    const std::string quoted = json_quoted(text);
    return quoted.substr(1, quoted.size() - 2);
  }

  result<std::string> escape() {
    const char c = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    at_ += 2;
    switch (c) {
    case 'd':
      return std::string("[0-9]");
    case 'D':
      return std::string("[^0-9\"\\\\\\x00-\\x1F]");
    case 'w':
      return std::string("[A-Za-z0-9_]");
    case 's':
      return std::string("(\" \" | \"\\\\n\" | \"\\\\t\")");
    case 'n':
      return gbnf_literal("\\n");
    case 't':
      return gbnf_literal("\\t");
    default:
      if (std::string_view("\\^$.|?*+()[]{}/-\"").find(c) == std::string_view::npos || c == '\0') {
        at_ -= 2;
        return wrong("this escape is not");
      }
      return gbnf_literal(written(std::string(1, c)));
    }
  }

  result<std::string> bracketed() {
    const std::size_t begin = at_++;
    std::string out = take('^') ? "[^\"\\\\\\x00-\\x1F" : "[";
    while (at_ < text_.size() && text_[at_] != ']') {
      const char c = text_[at_++];
      if (c == '"') return wrong("a quotation mark in a class is not");
      if (c != '\\') {
        out += c == '[' ? std::string("\\[") : std::string(1, c);
        continue;
      }
      const char escaped = at_ < text_.size() ? text_[at_++] : '\0';
      if (escaped == 'd')
        out += "0-9";
      else if (escaped == 'w')
        out += "A-Za-z0-9_";
      else if (escaped == 's')
        out += ' ';
      else if (std::string_view("]^-.[").find(escaped) != std::string_view::npos && escaped != '\0')
        out += message('\\', escaped);
      else if (std::string_view("/$*+?(){}|").find(escaped) != std::string_view::npos &&
               escaped != '\0')
        out += escaped;
      else
        return wrong("this escape in a class is not");
    }
    if (!take(']')) {
      at_ = begin;
      return wrong("a class is not closed");
    }
    return out + ']';
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::string gbnf_literal(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else if (c == '\r')
      out += "\\r";
    else
      out += c;
  }
  return out + '"';
}

std::string gbnf_integers(std::optional<std::int64_t> least, std::optional<std::int64_t> most) {
  constexpr std::int64_t limit = 999'999'999'999'999'999;
  static_assert(most_digits == 18);
  const std::int64_t low = std::max(least.value_or(-limit), -limit);
  const std::int64_t high = std::min(most.value_or(limit), limit);
  std::string out;
  if (low < 0) {
    const auto nearest = static_cast<std::uint64_t>(high < 0 ? -high : 1);
    out = message("\"-\" (", natural(nearest, static_cast<std::uint64_t>(-low)), ')');
  }
  if (high >= 0)
    (out += out.empty() ? "" : " | ") +=
        natural(static_cast<std::uint64_t>(std::max<std::int64_t>(low, 0)),
                static_cast<std::uint64_t>(high));
  return out;
}

result<std::string> gbnf_pattern(std::string_view pattern) {
  return pattern_reader(pattern).read();
}

}  // namespace qx::text
