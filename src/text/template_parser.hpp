// SPDX-License-Identifier: MIT
/// \file
/// Reads the tokens of a template into a tree: statements here, expressions below them.
#pragma once

#include <initializer_list>
#include <src/text/template_lexer.hpp>
#include <src/text/template_node.hpp>
#include <string_view>
#include <vector>

namespace qx::text {

/// What both parsers need: the place among the tokens, and a bound on how deep trees get.
class token_reader {
 public:
  explicit token_reader(std::vector<template_token> tokens) : tokens_(std::move(tokens)) {}

  /// Trees are walked by functions that call themselves, so their depth is bounded.
  static constexpr std::size_t deepest = 100;

 protected:
  [[nodiscard]] const template_token& now() const { return tokens_[at_]; }
  [[nodiscard]] const template_token& after() const {
    return tokens_[at_ + 1 < tokens_.size() ? at_ + 1 : at_];
  }
  const template_token& take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }

  [[nodiscard]] bool is_sign(std::string_view text) const {
    return now().kind == lexeme::sign && now().text == text;
  }
  [[nodiscard]] bool is_word(std::string_view text) const {
    return now().kind == lexeme::name && now().text == text;
  }
  bool take_sign(std::string_view text) { return is_sign(text) && (take(), true); }
  bool take_word(std::string_view text) { return is_word(text) && (take(), true); }
  void expect_sign(std::string_view text) {
    if (!take_sign(text)) unexpected(message("'", text, "'"));
  }
  std::string expect_name() {
    if (now().kind != lexeme::name) unexpected("a name");
    return take().text;
  }
  [[noreturn]] void unexpected(std::string_view wanted) const;

  [[nodiscard]] template_node make(node_kind kind, std::size_t line) const {
    template_node out;
    out.kind = kind;
    out.line = line;
    return out;
  }
  void adopt(template_node& parent, template_node child) const;

  /// Counts how deep functions of the parser call each other.
  struct level {
    explicit level(token_reader& r) : reader(r) {
      if (++reader.level_ > deepest)
        template_fail(errc::range, reader.now().line, "nested more than ", deepest, " deep");
    }
    ~level() { --reader.level_; }
    level(const level&) = delete;
    level& operator=(const level&) = delete;
    token_reader& reader;
  };

 private:
  std::vector<template_token> tokens_;
  std::size_t at_ = 0, level_ = 0;
};

class expression_parser : public token_reader {
 public:
  using token_reader::token_reader;

 protected:
  template_node expression();
  /// Without if-else at its end: what `for … in` goes through.
  template_node either();
  /// "(a, b=1)" of a call, onto the children and names of `into`.
  void arguments(template_node& into);
  /// Filters after an operand: "| name(arguments)".
  template_node filters(template_node operand);

 private:
  template_node both();
  template_node negation();
  template_node comparison();
  /// Operators of one precedence: level 0 is + and -, 1 is ~, 2 is * / // %.
  template_node binary(std::size_t precedence);
  template_node power();
  template_node unary(bool with_filters);
  template_node primary();
  template_node name_or_constant();
  template_node bracket();
  template_node mapping();
  template_node postfix(template_node operand);
  template_node subscript(template_node object);
  template_node test(template_node operand);
  bool begins_test_argument() const;
};

/// The tree of a whole template. Throws template_error.
[[nodiscard]] template_node parse_template(std::string_view source);

}  // namespace qx::text
