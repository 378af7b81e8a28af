// SPDX-License-Identifier: MIT
#include "json_characters.hpp"
#include "json_pattern.hpp"
#include "json_value.hpp"

#include <qx/core/message.hpp>
#include <qx/text/unicode.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace qx::text {
namespace {

/// The ranges of \d, \w and \s, and of their opposites; nothing for another letter.
std::optional<char_ranges> named_class(char letter) {
  const char_ranges digits{{'0', '9'}};
  const char_ranges word{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
  // As ECMA-262 lists them.
  const char_ranges space{{'\t', '\r'},     {' ', ' '},       {0xA0, 0xA0},     {0x1680, 0x1680},
                          {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F},
                          {0x3000, 0x3000}, {0xFEFF, 0xFEFF}};
  switch (letter) {
  case 'd':
    return digits;
  case 'D':
    return all_but(digits);
  case 'w':
    return word;
  case 'W':
    return all_but(word);
  case 's':
    return space;
  case 'S':
    return all_but(space);
  default:
    return std::nullopt;
  }
}

class pattern_reader {
 public:
  explicit pattern_reader(std::string_view pattern) : text_(pattern) {}

  result<std::string> read() {
    auto body = alternatives(0);
    if (body && at_ < text_.size()) return wrong("this is not understood here");
    return body;
  }

 private:
  [[nodiscard]] std::unexpected<error> wrong(std::string_view sentence) const;
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  /// Whether an alternative ends here; a dollar may close those outside all groups.
  [[nodiscard]] bool at_end(std::size_t depth) const {
    const bool dollar = depth == 0 && text_.substr(at_, 1) == "$";
    const std::string_view rest = text_.substr(at_ + (dollar ? 1 : 0));
    return rest.empty() || rest[0] == '|' || rest[0] == ')';
  }
  result<std::string> alternatives(std::size_t depth);
  result<std::string> alternative(std::size_t depth);
  result<std::string> repetition();
  result<std::string> item(std::size_t depth);
  result<std::string> group(std::size_t depth);
  result<std::string> bracketed();
  /// What a backslash begins: a named class, or one character.
  result<char_ranges> escape();
  result<char_ranges> character();

  std::string_view text_;
  std::size_t at_ = 0;
};

std::unexpected<error> pattern_reader::wrong(std::string_view sentence) const {
  return fail(errc::unsupported,
              message("the pattern '", text_, "', byte ", at_ + 1, ": ", sentence,
                      ": literals, classes, \\d \\w \\s, groups, | and repetitions are"));
}

result<std::string> pattern_reader::alternatives(std::size_t depth) {
  if (depth > 50) return wrong("groups are nested too deep");
  std::string out;
  do {
    auto one = alternative(depth);
    if (!one) return one;
    (out += out.empty() ? "" : " | ") += *one;
  } while (take('|'));
  return out;
}

/// One that is not bound to an end of the string may have anything there.
result<std::string> pattern_reader::alternative(std::size_t depth) {
  std::string out = depth > 0 || take('^') ? "\"\"" : "char*";
  while (!at_end(depth)) {
    auto next = item(depth);
    if (!next) return next;
    const auto times = repetition();
    if (!times) return times;
    out += message(' ', *next, *times);
  }
  if (depth == 0 && !take('$')) out += " char*";
  return out;
}

/// Whether this is what stands between braces: m, m, or m,n with m no more than n.
bool is_count(std::string_view text) {
  std::size_t least = 0, most = 0;
  const char* const end = text.data() + text.size();
  const auto [first, problem] = std::from_chars(text.data(), end, least);
  if (problem != std::errc() || first == end) return problem == std::errc();
  if (*first != ',' || first + 1 == end) return *first == ',';
  const auto [last, wrong] = std::from_chars(first + 1, end, most);
  return wrong == std::errc() && last == end && least <= most;
}

result<std::string> pattern_reader::repetition() {
  std::string out;
  while (at_ < text_.size() &&
         std::string_view("*+?{").find(text_[at_]) != std::string_view::npos) {
    const bool counted = text_[at_] == '{';
    const std::size_t end = counted ? std::min(text_.find('}', at_), text_.size()) : at_;
    if (counted && (end == text_.size() || !is_count(text_.substr(at_ + 1, end - at_ - 1))))
      return wrong("braces that are no repetition are not");
    // A question mark behind a repetition only says which match is found first.
    if (out.empty() || text_[at_] != '?') out += text_.substr(at_, end + 1 - at_);
    at_ = end + 1;
  }
  return out;
}

result<std::string> pattern_reader::item(std::size_t depth) {
  const char c = text_[at_];
  if (c == '(') return group(depth);
  if (c == '[') return bracketed();
  if (take('.')) return gbnf_characters(all_but({{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}}));
  if (std::string_view("^$*+?{").find(c) != std::string_view::npos)
    return wrong(message("'", c, "' at this place is not"));
  const auto one = character();
  if (!one) return std::unexpected(one.error());
  return gbnf_characters(*one);
}

result<std::string> pattern_reader::group(std::size_t depth) {
  ++at_;
  if (take('?') && !take(':')) return wrong("groups that begin with (? are not");
  auto body = alternatives(depth + 1);
  if (!body) return body;
  if (!take(')')) return wrong("a parenthesis is not closed");
  return '(' + *body + ')';
}

result<char_ranges> pattern_reader::character() {
  if (text_[at_] == '\\') return escape();
  const utf8_step step = read_utf8(text_, at_);
  at_ += step.length;
  return char_ranges{{step.code, step.code}};
}

result<char_ranges> pattern_reader::escape() {
  constexpr std::string_view letters = "nrtfv0", codes{"\n\r\t\f\v\0", 6};
  const char c = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
  if (c == 'x' || c == 'u') {
    const std::string_view digits = text_.substr(at_ + 2, c == 'x' ? 2 : 4);
    char32_t code = 0;
    for (const char digit : digits) {
      const std::size_t value = std::string_view("0123456789abcdefABCDEF").find(digit);
      if (value == std::string_view::npos) return wrong("this escape is not");
      code = code << 4 | static_cast<char32_t>(value < 16 ? value : value - 6);
    }
    if (digits.size() != (c == 'x' ? 2 : 4) || (code >= 0xD800 && code < 0xE000))
      return wrong("this escape is not");
    at_ += 2 + digits.size();
    return char_ranges{{code, code}};
  }
  auto known = named_class(c);
  if (const std::size_t i = letters.find(c); !known && c != '\0' && i != letters.npos)
    known = char_ranges{{static_cast<char32_t>(codes[i]), static_cast<char32_t>(codes[i])}};
  const bool sign =
      c > ' ' && c < '\x7F' &&
      (classes_of(static_cast<char32_t>(c)) & (char_class::letter | char_class::number)) == 0;
  if (!known && sign) known = char_ranges{{static_cast<char32_t>(c), static_cast<char32_t>(c)}};
  if (!known) return wrong("this escape is not");
  at_ += 2;
  return *known;
}

result<std::string> pattern_reader::bracketed() {
  const std::size_t begin = at_++;
  const bool negated = take('^');
  char_ranges wanted;
  while (at_ < text_.size() && text_[at_] != ']') {
    auto first = character();
    if (!first) return std::unexpected(first.error());
    const bool single = first->size() == 1 && first->front().first == first->front().second;
    if (single && text_.substr(at_, 1) == "-" && text_.substr(at_ + 1, 1) != "]") {
      ++at_;
      if (at_ >= text_.size()) break;
      const auto last = character();
      if (!last) return std::unexpected(last.error());
      if (last->size() != 1 || last->front().first < first->front().first)
        return wrong("a range that ends before it begins is not");
      first->front().second = last->front().first;
    }
    wanted.insert(wanted.end(), first->begin(), first->end());
  }
  if (!take(']')) {
    at_ = begin;
    return wrong("a class that is not closed is not");
  }
  return gbnf_characters(negated ? all_but(std::move(wanted)) : std::move(wanted));
}

}  // namespace

result<std::string> gbnf_pattern(std::string_view pattern) {
  auto body = pattern_reader(pattern).read();
  if (body) *body = '(' + *body + ')';
  return body;
}

}  // namespace qx::text
