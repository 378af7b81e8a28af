// SPDX-License-Identifier: MIT
/// \file
/// Grammars: which texts they allow, which grammars are refused, and that no grammar runs for ever.
#include <qx/text/matcher.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace qx;
using namespace qx::text;

namespace {

matcher matcher_of(std::string_view gbnf) {
  auto g = grammar::parse(gbnf);
  if (!g) FAIL(std::string(g.error().message));
  return matcher(std::move(*g));
}

bool matches(matcher& m, std::string_view text) {
  matcher::state s = m.start();
  for (const char c : text)
    s = m.next(s, static_cast<std::uint8_t>(c));
  return m.accepts(s);
}

struct grammar_case {
  std::string_view gbnf;
  std::vector<std::string_view> yes, no;
};

std::string refusal(std::string_view gbnf) {
  const auto g = grammar::parse(gbnf);
  REQUIRE(!g);
  CHECK(g.error().code == errc::format);
  return g.error().message;
}

}  // namespace

TEST_CASE("texts that a grammar allows and texts that it does not") {
  for (const grammar_case& c : std::vector<grammar_case>{
           {R"(root ::= "yes" | "no")", {"yes", "no"}, {"", "ye", "yesno", "Yes"}},
           {R"(root ::= "a"* "b"+ "c"?)", {"b", "aabbc", "bc"}, {"", "a", "ac", "bcc"}},
           {R"(root ::= [a-c]{2} [^a-c\n]{1,3})",
            {"abx", "ccäöü"},
            {"ab", "abxxxx", "abc", "ab\n"}},
           {R"(root ::= "x"{2,} | "y"{,2})", {"xx", "xxxx", "", "y", "yy"}, {"x", "yyy"}},
           {"root ::= item (\",\" item)*  # a list\nitem ::=\n  [0-9]+ |\n  \"-\"",
            {"1,-,22"},
            {"1,", ","}},
           {R"(root ::= "\x41\u00e9\U0001F600\"\\")", {"Aé😀\"\\"}, {"Aé😀\""}},
           {R"(root ::= [à-ü€😀-😂])", {"é", "€", "😁"}, {"z", "\xC3", "😃", "ý"}},
           {"root ::= .", {"a", "é", "€", "😀", "\n"}, {"", "\xFF", "\xC0\x80", "\xED\xA0\x80"}},
           {R"(root ::= [\]\[\-^])", {"]", "[", "-", "^"}, {"\\"}},
           {"root ::= \"(\" root \")\" | \"\"", {"", "()", "((()))"}, {"(", ")", "())"}},
           {"root ::= \"a\" root \"b\" | \"ab\"", {"ab", "aabb"}, {"aab", "abb"}},
           {"root ::= ((\"a\"?)*)* \"b\"", {"b", "aaab"}, {"a", "ba"}},
           {"root ::= ( \"a\" |\n \"b\"\n )+\n\n# done", {"abba"}, {"", "c"}},
       }) {
    matcher m = matcher_of(c.gbnf);
    CAPTURE(c.gbnf);
    for (const std::string_view text : c.yes) {
      CAPTURE(text);
      CHECK(matches(m, text));
    }
    for (const std::string_view text : c.no) {
      CAPTURE(text);
      CHECK(!matches(m, text));
    }
  }
}

TEST_CASE("every code point of a class and its neighbours, through one to four bytes") {
  for (const auto& [first, last] : std::vector<std::pair<char32_t, char32_t>>{
           {0x70, 0x90}, {0x7F0, 0x810}, {0xD7F0, 0xE010}, {0xFFF0, 0x10010}, {0x3FF00, 0x40100}}) {
    const auto hex = [](char32_t c) {
      constexpr std::string_view digits = "0123456789ABCDEF";
      std::string out = "\\U";
      for (int shift = 28; shift >= 0; shift -= 4)
        out += digits[c >> shift & 15];
      return out;
    };
    matcher m = matcher_of("root ::= [" + hex(first) + "-" + hex(last) + "]");
    for (char32_t c = first - 20; c <= last + 20; ++c) {
      if (c >= 0xD800 && c < 0xE000) continue;
      std::string text;
      if (c < 0x80) {
        text = static_cast<char>(c);
      } else {
        const int n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        text += static_cast<char>((0xF00 >> n & 0xFF) | c >> (6 * (n - 1)));
        for (int i = n - 2; i >= 0; --i)
          text += static_cast<char>(0x80 | (c >> (6 * i) & 0x3F));
      }
      CHECK(matches(m, text) == (c >= first && c <= last));
    }
  }
}

TEST_CASE("a grammar that makes no sense is refused with its place and its reason") {
  CHECK(refusal("root ::= x").find("line 1 column 10: the rule 'x' is used here") !=
        std::string::npos);
  CHECK(refusal("a ::= \"a\"").find("no rule 'root'") != std::string::npos);
  CHECK(refusal("root ::= \"a").find("line 1 column 10: this literal") != std::string::npos);
  CHECK(refusal("root ::= \"a\"\nb : c").find("line 2 column 3: '::='") != std::string::npos);
  CHECK(refusal("root ::= [a").find("this class is not closed") != std::string::npos);
  CHECK(refusal("root ::= (\"a\"").find("parenthesis") != std::string::npos);
  CHECK(refusal("root ::= [z-a]").find("ends before it begins") != std::string::npos);
  CHECK(refusal("root ::= \"a\"{3,2}").find("repetition") != std::string::npos);
  CHECK(refusal("root ::= \"\\q\"").find("no such escape") != std::string::npos);
  CHECK(refusal("root ::= \"a\" )").find("column 14") != std::string::npos);
  CHECK(refusal("root ::= \"a\"\nroot ::= \"b\"").find("defined twice") != std::string::npos);
  CHECK(refusal("root ::= (\"a\" \"b\"){2000,900000}").find("million") != std::string::npos);
  CHECK(refusal("root ::= " + std::string(1000, '(')).find("too deep") != std::string::npos);
}

TEST_CASE("left recursion is refused wherever it hides, and only it") {
  for (const std::string_view gbnf :
       {"root ::= root \"a\" | \"b\"", "root ::= x\nx ::= y \"a\"\ny ::= x | \"b\"",
        "root ::= e root \"a\" | \"b\"\ne ::= \"c\" | \"\"", "root ::= (root)* \"a\" | \"b\""}) {
    CAPTURE(gbnf);
    CHECK(refusal(gbnf).find("left recursion") != std::string::npos);
  }
  for (const std::string_view gbnf : {"root ::= \"a\" root | \"b\"", "root ::= (\"a\"*)* \"b\""})
    CHECK(grammar::parse(gbnf));
  CHECK(refusal("root ::= \"a\" root").find("no alternative that ends") != std::string::npos);
  CHECK(refusal("root ::= \"a\" x\nx ::= \"b\" x").find("'x'") != std::string::npos);
}

TEST_CASE("nesting is bounded") {
  matcher m = matcher_of("root ::= \"(\" root \")\" | \"\"");
  matcher::state s = m.start();
  std::size_t depth = 0;
  for (; s != matcher::dead && depth < 5000; ++depth)
    s = m.next(s, '(');
  CHECK(depth > 900);
  CHECK(depth < 1100);
  // Repetition is not nesting, however long it is.
  matcher long_list = matcher_of("root ::= (\"a\" \",\")*");
  s = long_list.start();
  for (int i = 0; i < 20000; ++i)
    s = long_list.next(long_list.next(s, 'a'), ',');
  CHECK(long_list.accepts(s));
  CHECK(long_list.states() < 10);
}
