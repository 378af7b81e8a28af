// SPDX-License-Identifier: MIT
/// \file
/// Reads GBNF.
#pragma once

#include <qx/text/grammar.hpp>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qx::text {

class grammar_parser {
 public:
  explicit grammar_parser(std::string_view text) : text_(text) {}
  [[nodiscard]] result<grammar> parse();

 private:
  using sequence = std::vector<grammar::element>;
  using ranges = std::vector<std::pair<char32_t, char32_t>>;

  [[nodiscard]] std::unexpected<error> wrong(std::size_t at, std::string_view sentence) const;
  void skip(bool lines);
  bool take(std::string_view sign);
  std::string take_name();

  result<void> parse_rule();
  result<void> parse_alternatives(std::size_t rule, std::size_t depth);
  result<sequence> parse_sequence(std::size_t depth);
  result<sequence> parse_item(std::size_t depth);
  result<sequence> parse_literal();
  result<sequence> parse_class();
  result<sequence> parse_repetition(sequence item);
  result<char32_t> parse_character();

  [[nodiscard]] std::size_t rule_named(const std::string& name);
  [[nodiscard]] std::size_t new_rule();
  void add_alternative(std::size_t rule, const sequence& s);
  [[nodiscard]] sequence reference(std::size_t rule) const;
  [[nodiscard]] grammar::element set_of(unsigned first, unsigned last);
  [[nodiscard]] sequence characters(const ranges& wanted);
  result<sequence> repeat(const sequence& item, std::size_t least, std::size_t most);

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t nesting_ = 0;
  grammar made_;
  std::map<std::string, std::size_t> by_name_;
  std::map<std::string, std::size_t> used_at_;  ///< where a name was first used
};

}  // namespace qx::text
