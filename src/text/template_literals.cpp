// SPDX-License-Identifier: MIT
/// \file
/// What expressions of templates end in: names, constants, lists and mappings.
#include <charconv>
#include <src/text/template_parser.hpp>
#include <utility>

namespace qx::text {

template_node expression_parser::primary() {
  const template_token& token = now();
  template_node out = make(node_kind::literal, token.line);
  switch (token.kind) {
  case lexeme::name:
    return name_or_constant();
  case lexeme::string: {
    std::string text;
    while (now().kind == lexeme::string)
      text += take().text;
    out.constant = std::move(text);
    return out;
  }
  case lexeme::whole: {
    std::int64_t value = 0;
    const auto read =
        std::from_chars(token.text.data(), token.text.data() + token.text.size(), value);
    if (read.ec != std::errc()) template_fail(errc::range, token.line, token.text, " is too large");
    out.constant = value;
    take();
    return out;
  }
  case lexeme::number: {
    double value = 0;
    std::from_chars(token.text.data(), token.text.data() + token.text.size(), value);
    out.constant = value;
    take();
    return out;
  }
  default:
    break;
  }
  if (is_sign("(") || is_sign("[")) return bracket();
  if (is_sign("{")) return mapping();
  unexpected("a value");
}

template_node expression_parser::name_or_constant() {
  template_node out = make(node_kind::literal, now().line);
  const std::string name = take().text;
  if (name == "true" || name == "True")
    out.constant = true;
  else if (name == "false" || name == "False")
    out.constant = false;
  else if (name != "none" && name != "None") {
    out.kind = node_kind::name;
    out.name = name;
  }
  return out;
}

/// [a, b], (a, b) or an expression in parentheses.
template_node expression_parser::bracket() {
  const level inside(*this);
  template_node out = make(node_kind::list, now().line);
  const bool round = take().text == "(";
  const std::string_view closing = round ? ")" : "]";
  bool comma = false;
  while (!is_sign(closing)) {
    adopt(out, expression());
    if (is_sign(closing)) break;
    expect_sign(",");
    comma = true;
  }
  take();
  if (round && !comma && out.children.size() == 1) return std::move(out.children[0]);
  return out;
}

template_node expression_parser::mapping() {
  const level inside(*this);
  template_node out = make(node_kind::map, take().line);
  while (!is_sign("}")) {
    adopt(out, expression());
    expect_sign(":");
    adopt(out, expression());
    if (!take_sign(",") && !is_sign("}")) unexpected("',' or '}'");
  }
  take();
  return out;
}

}  // namespace qx::text
