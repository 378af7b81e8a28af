// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <span>
#include <src/text/template_parser.hpp>
#include <utility>

namespace qx::text {

namespace {

class statement_parser : public expression_parser {
 public:
  using expression_parser::expression_parser;

  template_node whole() {
    template_node out = block({});
    if (now().kind != lexeme::end)
      template_fail(errc::format, now().line, "'", now().text, "' closes nothing");
    return out;
  }

 private:
  using words = std::initializer_list<std::string_view>;

  /// Statements up to a block that begins with one of `closing`, whose word is then the next token.
  template_node block(words closing) {
    const level inside(*this);
    template_node out = make(node_kind::block, now().line);
    for (;;) {
      switch (now().kind) {
      case lexeme::end:
        if (closing.size() != 0)
          template_fail(errc::format, out.line, "what begins here has no ", *(closing.end() - 1));
        return out;
      case lexeme::text: {
        template_node text = make(node_kind::text, now().line);
        text.constant = take().text;
        adopt(out, std::move(text));
        break;
      }
      case lexeme::print_begin: {
        template_node print = make(node_kind::print, take().line);
        adopt(print, list_or_expression());
        if (take().kind != lexeme::print_end) back_to("}}");
        adopt(out, std::move(print));
        break;
      }
      default:
        take();
        if (now().kind == lexeme::name &&
            (closing.size() == 0 ? now().text.starts_with("end")
                                 : std::ranges::count(closing, now().text) > 0))
          return out;
        adopt(out, statement());
      }
    }
  }

  [[noreturn]] void back_to(std::string_view closing) const {
    template_fail(errc::format, now().line, "'", closing, "' is wanted before this place");
  }

  void close() {
    if (now().kind != lexeme::block_end) unexpected("'%}'");
    take();
  }
  void close(std::string_view word) {
    take_word(word);
    close();
  }

  /// "a, b" without brackets is a list.
  template_node list_or_expression() {
    template_node first = expression();
    if (!is_sign(",")) return first;
    template_node out = make(node_kind::list, first.line);
    adopt(out, std::move(first));
    while (take_sign(","))
      adopt(out, expression());
    return out;
  }

  template_node statement() {
    const level inside(*this);
    const std::size_t line = now().line;
    const std::string word = expect_name();
    if (word == "if") return condition(line);
    if (word == "for") return loop(line);
    if (word == "set") return assignment(line);
    if (word == "macro") return macro(line);
    if (word == "filter") return filtered(line);
    if (word == "break" || word == "continue") {
      close();
      return make(word == "break" ? node_kind::leave : node_kind::skip, line);
    }
    if (word == "generation") {  // marks what a model says, for training
      close();
      template_node out = block({"endgeneration"});
      close("endgeneration");
      return out;
    }
    constexpr std::array<std::string_view, 8> others{"include", "import", "from", "extends",
                                                     "block",   "call",   "with", "autoescape"};
    if (std::ranges::count(others, word) > 0)
      template_fail(errc::unsupported, line, "'", word, "' is not supported");
    template_fail(errc::format, line, "there is no statement '", word, "'");
  }

  template_node condition(std::size_t line) {
    template_node out = make(node_kind::condition, line);
    adopt(out, expression());
    close();
    adopt(out, block({"elif", "else", "endif"}));
    while (take_word("elif")) {
      adopt(out, expression());
      close();
      adopt(out, block({"elif", "else", "endif"}));
    }
    if (take_word("else")) {
      close();
      adopt(out, block({"endif"}));
    }
    close("endif");
    return out;
  }

  std::vector<std::string> targets() {
    const bool round = take_sign("(");
    std::vector<std::string> out{expect_name()};
    while (take_sign(","))
      out.push_back(expect_name());
    if (round) expect_sign(")");
    return out;
  }

  template_node loop(std::size_t line) {
    template_node out = make(node_kind::loop, line);
    out.names = targets();
    if (!take_word("in")) unexpected("'in'");
    adopt(out, either());
    template_node filter = take_word("if") ? expression() : make(node_kind::missing, line);
    if (is_word("recursive"))
      template_fail(errc::unsupported, line, "'recursive' loops are not supported");
    close();
    adopt(out, block({"else", "endfor"}));
    template_node otherwise = make(node_kind::missing, line);
    if (take_word("else")) {
      close();
      otherwise = block({"endfor"});
    }
    close("endfor");
    adopt(out, std::move(otherwise));
    adopt(out, std::move(filter));
    return out;
  }

  template_node assignment(std::size_t line) {
    template_node out = make(node_kind::set, line);
    out.names = targets();
    if (take_sign(".")) {
      out.kind = node_kind::set_member;
      out.names.push_back(expect_name());
    }
    if (take_sign("=")) {
      adopt(out, list_or_expression());
      close();
      return out;
    }
    if (out.kind == node_kind::set_member || out.names.size() != 1) unexpected("'='");
    out.kind = node_kind::set_block;
    close();
    adopt(out, block({"endset"}));
    close("endset");
    return out;
  }

  template_node macro(std::size_t line) {
    template_node out = make(node_kind::macro, line), parameters = make(node_kind::list, line);
    out.name = expect_name();
    expect_sign("(");
    while (!is_sign(")")) {
      out.names.push_back(expect_name());
      adopt(parameters, take_sign("=") ? expression() : make(node_kind::missing, line));
      if (!take_sign(",") && !is_sign(")")) unexpected("',' or ')'");
    }
    take();
    close();
    adopt(out, block({"endmacro"}));
    close("endmacro");
    for (template_node& value : parameters.children)
      adopt(out, std::move(value));
    return out;
  }

  template_node filtered(std::size_t line) {
    template_node out = make(node_kind::filtered, line), given = make(node_kind::call, line);
    out.name = expect_name();
    if (is_sign("(")) arguments(given);
    close();
    adopt(out, block({"endfilter"}));
    close("endfilter");
    out.names = std::move(given.names);
    for (template_node& value : given.children)
      adopt(out, std::move(value));
    return out;
  }
};

}  // namespace

template_node parse_template(std::string_view source) {
  return statement_parser(read_template_tokens(source)).whole();
}

}  // namespace qx::text
