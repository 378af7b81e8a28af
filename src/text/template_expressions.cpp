// SPDX-License-Identifier: MIT
/// \file
/// Expressions of templates, from the loosest operator to the tightest.
#include <algorithm>
#include <array>
#include <src/text/template_parser.hpp>
#include <utility>

namespace qx::text {

void token_reader::unexpected(std::string_view wanted) const {
  const template_token& token = now();
  std::string found = message("'", token.text, "'");
  if (token.kind == lexeme::end) found = "the end of the template";
  if (token.kind == lexeme::block_end) found = "the end of the block";
  if (token.kind == lexeme::print_end) found = "the end of the expression";
  if (token.kind == lexeme::text) found = "text";
  template_fail(errc::format, token.line, wanted, " is wanted where ", found, " stands");
}

void token_reader::adopt(template_node& parent, template_node child) const {
  parent.depth = std::max(parent.depth, child.depth + 1);
  if (parent.depth > deepest)
    template_fail(errc::range, parent.line, "nested more than ", deepest, " deep");
  parent.children.push_back(std::move(child));
}

template_node expression_parser::expression() {
  const level inside(*this);
  template_node value = either();
  while (is_word("if")) {
    template_node out = make(node_kind::choice, take().line);
    adopt(out, std::move(value));
    adopt(out, either());
    adopt(out, take_word("else") ? expression() : make(node_kind::missing, out.line));
    value = std::move(out);
  }
  return value;
}

template_node expression_parser::either() {
  template_node out = both();
  while (is_word("or")) {
    template_node wider = make(node_kind::either, take().line);
    adopt(wider, std::move(out));
    adopt(wider, both());
    out = std::move(wider);
  }
  return out;
}

template_node expression_parser::both() {
  template_node out = negation();
  while (is_word("and")) {
    template_node wider = make(node_kind::both, take().line);
    adopt(wider, std::move(out));
    adopt(wider, negation());
    out = std::move(wider);
  }
  return out;
}

template_node expression_parser::negation() {
  if (!is_word("not")) return comparison();
  const level inside(*this);
  template_node out = make(node_kind::negation, take().line);
  adopt(out, negation());
  return out;
}

template_node expression_parser::comparison() {
  constexpr std::array<std::string_view, 6> signs{"==", "!=", "<", "<=", ">", ">="};
  template_node first = binary(0);
  template_node out = make(node_kind::comparison, first.line);
  for (;;) {
    std::string sign;
    if (now().kind == lexeme::sign && std::ranges::count(signs, now().text) > 0)
      sign = take().text;
    else if (take_word("in"))
      sign = "in";
    else if (is_word("not") && after().text == "in")
      take(), take(), sign = "not in";
    if (sign.empty()) break;
    if (out.names.empty()) adopt(out, std::move(first));
    out.names.push_back(sign);
    adopt(out, binary(0));
  }
  return out.names.empty() ? first : out;
}

template_node expression_parser::binary(std::size_t precedence) {
  constexpr std::array<std::string_view, 3> signs{"+ -", "~", "* / // %"};
  if (precedence == signs.size()) return power();
  template_node out = binary(precedence + 1);
  const auto here = [&] {
    if (now().kind != lexeme::sign) return false;
    const std::string padded = message(' ', signs[precedence], ' ');
    return padded.find(message(' ', now().text, ' ')) != std::string::npos;
  };
  while (here()) {
    template_node wider = make(node_kind::binary, now().line);
    wider.name = take().text;
    adopt(wider, std::move(out));
    adopt(wider, binary(precedence + 1));
    out = std::move(wider);
  }
  return out;
}

template_node expression_parser::power() {
  template_node out = unary(true);
  while (is_sign("**")) {
    template_node wider = make(node_kind::binary, now().line);
    wider.name = take().text;
    adopt(wider, std::move(out));
    adopt(wider, unary(true));
    out = std::move(wider);
  }
  return out;
}

template_node expression_parser::unary(bool with_filters) {
  const level inside(*this);
  template_node out;
  if (is_sign("-") || is_sign("+")) {
    out = make(node_kind::unary, now().line);
    out.name = take().text;
    adopt(out, unary(false));
  } else {
    out = primary();
  }
  out = postfix(std::move(out));
  while (with_filters && (is_sign("|") || is_word("is")))
    out = is_word("is") ? test(std::move(out)) : filters(std::move(out));
  return out;
}

template_node expression_parser::postfix(template_node operand) {
  for (;;) {
    template_node out = make(node_kind::call, now().line);
    if (take_sign(".")) {
      out.kind = node_kind::member;
      adopt(out, std::move(operand));
      if (now().kind == lexeme::whole) {  // x.0 is x[0]
        out.kind = node_kind::item;
        adopt(out, primary());
      } else {
        out.name = expect_name();
      }
    } else if (is_sign("(")) {
      adopt(out, std::move(operand));
      arguments(out);
    } else if (take_sign("[")) {
      out = subscript(std::move(operand));
    } else {
      return operand;
    }
    operand = std::move(out);
  }
}

template_node expression_parser::subscript(template_node object) {
  template_node out = make(node_kind::item, now().line);
  adopt(out, std::move(object));
  const auto part = [&] {
    const bool none = is_sign(":") || is_sign("]");
    adopt(out, none ? make(node_kind::missing, now().line) : expression());
  };
  part();
  if (is_sign(":")) {
    out.kind = node_kind::slice;
    take();
    part();
    take_sign(":");
    part();
  } else if (out.children[1].is_missing()) {
    unexpected("an index");
  }
  expect_sign("]");
  return out;
}

void expression_parser::arguments(template_node& into) {
  const level inside(*this);
  expect_sign("(");
  while (!is_sign(")")) {
    std::string name;
    if (now().kind == lexeme::name && after().kind == lexeme::sign && after().text == "=") {
      name = take().text;
      take();
    } else if (!into.names.empty() && !into.names.back().empty()) {
      template_fail(errc::format, now().line, "an argument without a name follows a named one");
    }
    adopt(into, expression());
    into.names.push_back(name);
    if (!take_sign(",") && !is_sign(")")) unexpected("',' or ')'");
  }
  take();
}

template_node expression_parser::filters(template_node operand) {
  while (take_sign("|")) {
    template_node out = make(node_kind::filter, now().line);
    out.name = expect_name();
    adopt(out, std::move(operand));
    if (is_sign("(")) arguments(out);
    operand = std::move(out);
  }
  return operand;
}

bool expression_parser::begins_test_argument() const {
  if (now().kind == lexeme::name) {
    constexpr std::array<std::string_view, 8> others{"else", "or", "and", "if",
                                                     "is",   "in", "not", "recursive"};
    return std::ranges::count(others, now().text) == 0;
  }
  return now().kind == lexeme::string || now().kind == lexeme::whole ||
         now().kind == lexeme::number || is_sign("[") || is_sign("{");
}

template_node expression_parser::test(template_node operand) {
  const std::size_t line = take().line;
  const bool negated = take_word("not");
  template_node out = make(node_kind::test, line);
  out.name = expect_name();
  adopt(out, std::move(operand));
  if (is_sign("("))
    arguments(out);
  else if (begins_test_argument()) {
    adopt(out, postfix(primary()));
    out.names.emplace_back();
  }
  if (!negated) return out;
  template_node turned = make(node_kind::negation, line);
  adopt(turned, std::move(out));
  return turned;
}

}  // namespace qx::text
