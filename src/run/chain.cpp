// SPDX-License-Identifier: MIT
#include "chain_rules.hpp"

#include <qx/core/message.hpp>
#include <qx/run/chain.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

namespace qx {
namespace {

using sampling::argument_spec;
using sampling::rule_arguments;
using sampling::rule_spec;

std::optional<double> parse_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0.0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size() || std::isnan(value))
    return std::nullopt;
  return value;
}

/// "a, b or c".
template <class Range, class Name>
std::string one_of(const Range& range, Name name) {
  std::string out;
  std::size_t i = 0;
  for (const auto& item : range) {
    if (i > 0) out += i + 1 == std::size(range) ? " or " : ", ";
    out += name(item);
    ++i;
  }
  return out;
}

std::string limits_text(const argument_spec& a) {
  const std::string_view kind = a.whole ? "a whole number" : "a number";
  const bool below = std::isfinite(a.least), above = std::isfinite(a.most) && a.most < 0x1p31;
  if (below && above) return message(kind, " from ", a.least, " to ", a.most);
  if (below) return message(kind, " of at least ", a.least);
  return std::string(kind);
}

class chain_parser {
 public:
  chain_parser(std::string_view text, const chain_context& context)
      : text_(text), context_(context) {}

  result<std::vector<named_rule>> parse() {
    std::vector<named_rule> rules;
    for (skip(); at_ < text_.size(); skip()) {
      if (take(';')) continue;
      const std::size_t begin = at_;
      auto rule = parse_rule();
      if (!rule) return std::unexpected(std::move(rule).error());
      if (ended_)
        return wrong(begin, "nothing can follow 'draw', which ends a chain: move it to the end");
      ended_ = last_is_draw_;
      std::string_view written = text_.substr(begin, at_ - begin);
      while (written.ends_with(' '))
        written.remove_suffix(1);
      rules.push_back({std::string(written), std::move(*rule)});
      skip();
      if (at_ < text_.size() && !take(';'))
        return wrong(at_, message("'", text_.substr(at_, 1),
                                  "' where the rule should end: rules stand between semicolons"));
    }
    return rules;
  }

 private:
  [[nodiscard]] std::unexpected<error> wrong(std::size_t at, std::string_view sentence) const {
    return fail(errc::argument, message("the chain, column ", at + 1, ": ", sentence));
  }
  void skip() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t'))
      ++at_;
  }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  /// Letters, digits, _ and -, the last as _.
  std::string take_name() {
    std::string name;
    const auto belongs = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '_' || c == '-';
    };
    while (at_ < text_.size() && belongs(text_[at_]))
      name += text_[at_] == '-' ? '_' : text_[at_], ++at_;
    return name;
  }
  std::string_view take_word() {
    const std::size_t begin = at_;
    at_ = std::min(text_.find_first_of(" ,;()\n\t", at_), text_.size());
    return text_.substr(begin, at_ - begin);
  }

  result<sampling::any_rule> parse_rule() {
    const std::size_t begin = at_;
    const std::string name = take_name();
    const rule_spec* const spec = sampling::find_rule(name);
    if (spec == nullptr)
      return wrong(begin,
                   message("there is no rule '", name.empty() ? take_word() : name, "': rules are ",
                           one_of(sampling::rule_specs(),
                                  [](const rule_spec& s) { return std::string(s.name); })));
    last_is_draw_ = spec->name == "draw";
    rule_arguments given;
    for (const argument_spec& a : spec->arguments)
      given.numbers.push_back(a.usual);
    given.given.resize(spec->arguments.size());
    skip();
    if (take('=')) {
      if (!spec->value_first)
        return wrong(begin, message("'", name, "' takes no value of its own: ", usage(*spec)));
      if (auto set = parse_value(*spec, 0, given); !set) return std::unexpected(set.error());
    }
    if (auto rest = parse_arguments(*spec, given); !rest) return std::unexpected(rest.error());
    return spec->make(given, context_);
  }

  result<void> parse_arguments(const rule_spec& spec, rule_arguments& given) {
    skip();
    const std::size_t opened = at_;
    const bool bracketed = take('(');
    for (skip(); at_ < text_.size() && text_[at_] != ';' && text_[at_] != ')'; skip()) {
      if (take(',')) continue;
      if (auto one = parse_argument(spec, given); !one) return one;
    }
    if (bracketed && !take(')')) return wrong(opened, "this parenthesis is not closed: add ')'");
    return {};
  }

  result<void> parse_argument(const rule_spec& spec, rule_arguments& given) {
    const std::size_t begin = at_;
    if (spec.takes_biases) return parse_bias(given);
    const std::string name = take_name();
    skip();
    if (name.empty() || !take('='))
      return wrong(begin, message("'", name.empty() ? text_.substr(begin, 1) : name,
                                  "' is no argument of '", spec.name, "': ", usage(spec)));
    if (spec.takes_breakers && (name == "breakers" || name == "breaker"))
      return parse_breakers(name == "breaker", given);
    const auto known = std::ranges::find(spec.arguments, name, &argument_spec::name);
    if (known == spec.arguments.end())
      return wrong(begin, message("'", spec.name, "' has no argument '", name, "': ", usage(spec)));
    return parse_value(spec, static_cast<std::size_t>(known - spec.arguments.begin()), given);
  }

  result<void> parse_value(const rule_spec& spec, std::size_t index, rule_arguments& given) {
    skip();
    const std::size_t begin = at_;
    const std::string_view word = take_word();
    const argument_spec& wanted = spec.arguments[index];
    const auto value = parse_number(word);
    if (!value || *value < wanted.least || *value > wanted.most || std::isinf(*value) ||
        (wanted.whole && *value != std::floor(*value)))
      return wrong(begin, message("'", word, "' is no ", wanted.name, " of '", spec.name,
                                  "', which is ", limits_text(wanted)));
    given.numbers[index] = *value;
    given.given[index] = true;
    return {};
  }

  /// ID:NUMBER.
  result<void> parse_bias(rule_arguments& given) {
    const std::size_t begin = at_;
    const std::string_view word = take_word();
    const std::size_t colon = word.find(':');
    const auto token = parse_number(word.substr(0, colon));
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    const double bias = colon == std::string_view::npos
                            ? none
                            : parse_number(word.substr(colon + 1)).value_or(none);
    if (!token || *token != std::floor(*token) || std::isnan(bias))
      return wrong(begin, message("'", word, "' is no bias: write ID:NUMBER, for example 12:-inf"));
    if (*token < 0 || *token >= static_cast<double>(context_.vocabulary))
      return wrong(begin, message("there is no token ", word.substr(0, colon), ": ids are 0 … ",
                                  context_.vocabulary - 1));
    if (bias == std::numeric_limits<double>::infinity())
      return wrong(begin,
                   message("'", word, "': a bias of infinity leaves no draw; 1000 is enough"));
    given.biases.push_back({static_cast<token_id>(*token), static_cast<float>(bias)});
    return {};
  }

  /// Each character is a breaker, or with `whole` all of the text is one. Between quotation marks
  /// it may hold spaces and semicolons; \n, \t, \\ and \" are what they are elsewhere.
  result<void> parse_breakers(bool whole, rule_arguments& given) {
    given.breakers_given = true;
    const bool quoted = at_ < text_.size() && text_[at_] == '"' &&
                        text_.find('"', at_ + 1) != std::string_view::npos;
    const std::size_t begin = at_;
    if (quoted) ++at_;
    std::string text;
    while (at_ < text_.size() &&
           (quoted ? text_[at_] != '"' : text_.find_first_of(" ;,)", at_) != at_)) {
      char c = text_[at_++];
      if (c == '\\' && at_ < text_.size()) {
        const char escaped = text_[at_++];
        c = escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped;
      }
      text += c;
    }
    if (quoted && !take('"')) return wrong(begin, "this quotation mark is not closed");
    if (whole) {
      given.breakers.push_back(text);
      return {};
    }
    for (const char c : text) {
      // The bytes of a character belong together.
      if ((static_cast<unsigned char>(c) & 0xc0) == 0x80 && !given.breakers.empty())
        given.breakers.back() += c;
      else
        given.breakers.emplace_back(1, c);
    }
    return {};
  }

  static std::string usage(const rule_spec& spec) {
    if (spec.takes_biases) return "it takes ID:NUMBER, as in logit_bias 12:-inf 9:+3";
    if (spec.arguments.empty()) return "it takes no arguments";
    std::string names =
        one_of(spec.arguments, [](const argument_spec& a) { return std::string(a.name); });
    if (spec.takes_breakers) names += ", breakers or breaker";
    return message("its arguments are ", names);
  }

  std::string_view text_;
  const chain_context& context_;
  std::size_t at_ = 0;
  bool ended_ = false;
  bool last_is_draw_ = false;
};

}  // namespace

result<std::vector<named_rule>> parse_chain(std::string_view text, const chain_context& context) {
  return chain_parser(text, context).parse();
}

result<std::vector<sampling::any_rule>> parse_rules(std::string_view text,
                                                    const chain_context& context) {
  auto parsed = parse_chain(text, context);
  if (!parsed) return std::unexpected(std::move(parsed).error());
  std::vector<sampling::any_rule> rules;
  for (named_rule& r : *parsed)
    rules.push_back(std::move(r.rule));
  return rules;
}

std::string chain_help() {
  std::string out;
  for (const rule_spec& s : sampling::rule_specs()) {
    out += message("  ", s.name);
    for (std::size_t i = 0; i < s.arguments.size(); ++i) {
      const argument_spec& a = s.arguments[i];
      out += s.value_first && i == 0 ? message("=", a.usual) : message(' ', a.name, '=', a.usual);
    }
    if (s.takes_biases) out += " ID:NUMBER …";
    if (s.takes_breakers) out += " breakers=\\n:\"*";
    out += '\n';
  }
  return out;
}

}  // namespace qx
