// SPDX-License-Identifier: MIT
#include "grammar_parser.hpp"

#include <qx/core/message.hpp>
#include <qx/text/unicode.hpp>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <src/text/ascii.hpp>

namespace qx::text {
namespace {

constexpr std::size_t most_parentheses = 200;
constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

bool is_name(char c) { return is_ascii_letter(c) || is_ascii_digit(c) || c == '-' || c == '_'; }

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::unexpected<error> grammar_parser::wrong(std::size_t at, std::string_view sentence) const {
  const std::string_view before = text_.substr(0, std::min(at, text_.size()));
  const std::size_t line_start = before.rfind('\n') + 1;  // 0 where there is none
  return fail(errc::format, message("the grammar, line ", 1 + std::ranges::count(before, '\n'),
                                    " column ", 1 + before.size() - line_start, ": ", sentence));
}

/// Spaces and comments; line ends as well inside parentheses and where a rule may go on.
void grammar_parser::skip(bool lines) {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '#')
      at_ = std::min(text_.find('\n', at_), text_.size());
    else if (c == ' ' || c == '\t' || (lines && (c == '\n' || c == '\r')))
      ++at_;
    else
      return;
  }
}

bool grammar_parser::take(std::string_view sign) {
  if (!text_.substr(at_).starts_with(sign)) return false;
  at_ += sign.size();
  return true;
}

std::string grammar_parser::take_name() {
  const std::size_t begin = at_;
  while (at_ < text_.size() && is_name(text_[at_]))
    ++at_;
  return std::string(text_.substr(begin, at_ - begin));
}

result<grammar> grammar_parser::parse() {
  for (skip(true); at_ < text_.size(); skip(true))
    if (auto rule = parse_rule(); !rule) return std::unexpected(std::move(rule).error());
  for (const auto& [name, at] : used_at_)
    if (made_.rules_[by_name_[name]].empty())
      return wrong(at, message("the rule '", name, "' is used here and nowhere defined"));
  const auto root = by_name_.find("root");
  if (root == by_name_.end())
    return wrong(0, "there is no rule 'root', which is what a text must be");
  made_.root_ = root->second;
  if (auto sound = made_.check(); !sound) return std::unexpected(std::move(sound).error());
  return std::move(made_);
}

result<void> grammar_parser::parse_rule() {
  const std::size_t begin = at_;
  const std::string name = take_name();
  if (name.empty()) return wrong(at_, "a rule begins with its name: letters, digits, - and _");
  skip(false);
  if (!take("::=")) return wrong(at_, message("'::=' is missing after '", name, "'"));
  skip(true);
  const std::size_t rule = rule_named(name);
  if (!made_.rules_[rule].empty())
    return wrong(begin, message("the rule '", name, "' is defined twice"));
  if (auto body = parse_alternatives(rule, 0); !body) return body;
  if (at_ < text_.size() && text_[at_] != '\n' && text_[at_] != '\r')
    return wrong(at_, message("'", text_.substr(at_, 1), "' is not what a rule can go on with"));
  return {};
}

result<void> grammar_parser::parse_alternatives(std::size_t rule, std::size_t depth) {
  if (depth > most_parentheses)
    return wrong(at_, "parentheses are nested too deep: give it a rule");
  while (true) {
    auto one = parse_sequence(depth);
    if (!one) return std::unexpected(std::move(one).error());
    add_alternative(rule, *one);
    if (!take("|")) return {};
    skip(true);
  }
}

result<grammar_parser::sequence> grammar_parser::parse_sequence(std::size_t depth) {
  sequence all;
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c != '"' && c != '[' && c != '(' && c != '.' && !is_name(c)) break;
    auto item = parse_item(depth);
    if (!item) return item;
    skip(depth > 0);
    auto repeated = parse_repetition(std::move(*item));
    if (!repeated) return repeated;
    all.insert(all.end(), repeated->begin(), repeated->end());
    skip(depth > 0);
  }
  return all;
}

result<grammar_parser::sequence> grammar_parser::parse_item(std::size_t depth) {
  const std::size_t begin = at_;
  if (text_[at_] == '"') return parse_literal();
  if (text_[at_] == '[') return parse_class();
  if (take(".")) return characters({{0, 0x10FFFF}});
  if (take("(")) {
    skip(true);
    const std::size_t inner = new_rule();
    if (auto body = parse_alternatives(inner, depth + 1); !body)
      return std::unexpected(std::move(body).error());
    skip(true);
    if (!take(")")) return wrong(begin, "this parenthesis is not closed: add ')'");
    return reference(inner);
  }
  const std::string name = take_name();
  used_at_.try_emplace(name, begin);
  return reference(rule_named(name));
}

result<grammar_parser::sequence> grammar_parser::parse_literal() {
  const std::size_t begin = at_++;
  sequence s;
  while (!take("\"")) {
    if (at_ >= text_.size() || text_[at_] == '\n')
      return wrong(begin, "this literal is not closed: add '\"'");
    const auto c = parse_character();
    if (!c) return std::unexpected(c.error());
    const auto one = characters({{*c, *c}});
    s.insert(s.end(), one.begin(), one.end());
  }
  return s;
}

result<grammar_parser::sequence> grammar_parser::parse_class() {
  const std::size_t begin = at_++;
  const bool negated = take("^");
  ranges wanted;
  while (!take("]")) {
    if (at_ >= text_.size() || text_[at_] == '\n')
      return wrong(begin, "this class is not closed: add ']'");
    const std::size_t first_at = at_;
    const auto first = parse_character();
    if (!first) return std::unexpected(first.error());
    auto last = first;
    if (text_.substr(at_, 1) == "-" && text_.substr(at_ + 1, 1) != "]") {
      ++at_;
      last = parse_character();
      if (!last) return std::unexpected(last.error());
    }
    if (*last < *first) return wrong(first_at, "this range ends before it begins");
    wanted.emplace_back(*first, *last);
  }
  std::ranges::sort(wanted);
  if (!negated) return characters(wanted);
  ranges rest;
  char32_t next = 0;
  for (const auto& [first, last] : wanted) {
    if (first > next) rest.emplace_back(next, first - 1);
    next = std::max<char32_t>(next, last + 1);
  }
  if (next <= 0x10FFFF) rest.emplace_back(next, 0x10FFFF);
  return characters(rest);
}

result<char32_t> grammar_parser::parse_character() {
  const std::size_t begin = at_;
  if (text_[at_] != '\\') {
    const utf8_step step = read_utf8(text_, at_);
    at_ += step.length;
    if (!step.valid) return wrong(begin, "bytes that are not UTF-8");
    return step.code;
  }
  const char c = at_ + 1 < text_.size() ? text_[at_ + 1] : '\n';
  at_ += 2;
  const std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  if (digits == 0) {
    if (c == 'n') return U'\n';
    if (c == 'r') return U'\r';
    if (c == 't') return U'\t';
    if (std::string_view("\"\\[]-/^.'").find(c) != std::string_view::npos)
      return static_cast<char32_t>(c);
    return wrong(begin, "there is no such escape: \\n \\r \\t \\\" \\\\ \\[ \\] \\xHH \\uHHHH are");
  }
  char32_t code = 0;
  for (std::size_t i = 0; i < digits; ++i, ++at_) {
    const int digit = at_ < text_.size() ? hex_value(text_[at_]) : -1;
    if (digit < 0) return wrong(begin, message("this escape needs ", digits, " hex digits"));
    code = code << 4 | static_cast<char32_t>(digit);
  }
  if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
    return wrong(begin, "there is no such character: codes go to 10FFFF, without D800 to DFFF");
  return code;
}

result<grammar_parser::sequence> grammar_parser::parse_repetition(sequence item) {
  while (at_ < text_.size()) {
    const std::size_t begin = at_;
    std::size_t least = 0, most = unlimited;
    if (take("+")) {
      least = 1;
    } else if (take("?")) {
      most = 1;
    } else if (take("{")) {
      const auto count = [&]() -> std::optional<std::size_t> {
        skip(false);
        std::size_t n = 0;
        const char* const from = text_.data() + at_;
        const auto [end, problem] = std::from_chars(from, text_.data() + text_.size(), n);
        at_ += static_cast<std::size_t>(end - from);
        skip(false);
        return problem == std::errc() && end != from ? std::optional(n) : std::nullopt;
      };
      const auto first = count();
      const bool open = take(",");
      const auto last = open ? count() : first;
      if (!take("}") || (!first && !last) || (last && first.value_or(0) > *last))
        return wrong(begin, "a repetition is {m}, {m,}, {,n} or {m,n} with m no more than n");
      least = first.value_or(0);
      most = last.value_or(unlimited);
    } else if (!take("*")) {
      return item;
    }
    auto repeated = repeat(item, least, most);
    if (!repeated) return wrong(begin, repeated.error().message);
    item = std::move(*repeated);
  }
  return item;
}

}  // namespace qx::text
