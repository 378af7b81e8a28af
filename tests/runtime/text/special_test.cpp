// SPDX-License-Identifier: MIT
#include "vocabularies.hpp"

#include <algorithm>
#include <src/text/special_splitter.hpp>

using namespace qx;
using namespace qx::test;
using text::special_splitter;
using text::special_token;
using text::token_type;

namespace {

/// Stretches of text in parentheses, tokens as their ids.
std::string cut(const special_splitter& specials, std::string_view input, bool parse = true) {
  std::string out;
  std::size_t reached = 0;
  for (const text::fragment& f : specials.split(input, parse)) {
    CHECK(f.begin >= reached);
    reached = f.end;
    if (f.id == no_token) out += "(" + std::string(input.substr(f.begin, f.end - f.begin)) + ")";
    else out += std::to_string(f.id);
  }
  return out;
}

special_splitter of(std::vector<special_token> tokens) { return special_splitter(tokens); }

}  // namespace

TEST_CASE("special tokens are cut out of the text around them") {
  const special_splitter s = of({{"<a>", 1}, {"<b>", 2}});
  CHECK(cut(s, "") == "");
  CHECK(cut(s, "x") == "(x)");
  CHECK(cut(s, "<a>") == "1");
  CHECK(cut(s, "x<a><b>y<a>") == "(x)12(y)1");
  CHECK(cut(s, "<a<a>") == "(<a)1");
  CHECK(cut(s, "<c>") == "(<c>)");
}

TEST_CASE(
    "the longest is cut first over all of the text, even where a shorter one begins earlier") {
  CHECK(cut(of({{"xxa", 1}, {"abcd", 2}}), "xxabcd") == "(xx)2");
  CHECK(cut(of({{"a", 1}, {"aa", 2}, {"aaa", 3}}), "aaaaaa") == "33");
  CHECK(cut(of({{"a", 1}, {"aa", 2}, {"aaa", 3}}), "aaaaa") == "32");
  CHECK(cut(of({{"ab", 1}, {"ba", 2}}), "aba") == "1(a)");  // of equal length the lower id
  CHECK(cut(of({{"ba", 2}, {"ab", 3}}), "aba") == "(a)2");
}

TEST_CASE("control tokens are text unless parsing is on; user-defined tokens never are") {
  const special_splitter s = of({{"<c>", 1, true}, {"<u>", 2, false}});
  CHECK(cut(s, "x<c>y<u>z", true) == "(x)1(y)2(z)");
  CHECK(cut(s, "x<c>y<u>z", false) == "(x<c>y)2(z)");
  CHECK(cut(of({{"<c>", 1, true}}), "x<c>", false) == "(x<c>)");
}

TEST_CASE("control tokens are text where the text is not to be trusted") {
  const special_splitter s = of({{"<c>", 1, true}, {"<u>", 2, false}});
  const std::vector<text::stretch> plain{{1, 4}, {9, 10}};
  const auto fragments = s.split("<<c><u><c><c>", true, plain);
  std::vector<token_id> found;
  for (const text::fragment& f : fragments)
    found.push_back(f.id);
  CHECK(found == ids{no_token, 2, no_token, 1});
}

TEST_CASE("white space beside a token is swallowed where the token says so") {
  CHECK(cut(of({{"<l>", 1, false, true, false}}), "a \t\n<l> b") == "(a)1( b)");
  CHECK(cut(of({{"<r>", 1, false, false, true}}), "a <r> \n b") == "(a )1(b)");
  CHECK(cut(of({{"<b>", 1, false, true, true}}), "  <b>  <b>  ") == "11");
  CHECK(cut(of({{"<r>", 1, false, false, true}}), "<r>  ") == "1");
}

TEST_CASE("names that are empty or too long are not looked for") {
  const std::string huge(special_splitter::longest_name + 1, 'a');
  const special_splitter s = of({{"", 1}, {huge, 2}});
  CHECK(cut(s, huge) == "(" + huge + ")");
  CHECK(s.find("") == no_token);
}

TEST_CASE("tokens are found by name") {
  const special_splitter s = of({{"<a>", 1}, {"<ab>", 2}});
  CHECK(s.find("<a>") == 1);
  CHECK(s.find("<ab>") == 2);
  CHECK(s.find("<a") == no_token);
  CHECK(s.find("<ab>c") == no_token);
}

TEST_CASE("a text that names control tokens cannot steer the model where parsing is off") {
  auto data = byte_pair_data("llama-bpe", {{"<", "|"}, {"|", ">"}});
  add_token(data, "<|eot_id|>", 0, token_type::control);
  add_token(data, "<think>", 0, token_type::user_defined);
  data.scores.clear();
  const text::tokenizer tok = make(data);
  const std::string input = "a<|eot_id|><think>";
  CHECK(tok.encode(input, {.parse_special = true}) == ids{'a', 258, 259});
  const ids plain_ids = tok.encode(input, {.parse_special = false});
  CHECK(std::ranges::count(plain_ids, 258) == 0);
  CHECK(plain_ids.back() == 259);
  CHECK(tok.decode(plain_ids) == input);
  // The name as a whole word: ignore_merges does not find it either.
  data.tokens.push_back("stop");
  data.types.push_back(token_type::control);
  CHECK(make(data).encode("stop", plain) == ids{'s', 't', 'o', 'p'});
}

TEST_CASE("the strip lists of a file reach its special tokens") {
  auto data = sentencepiece_data();
  add_token(data, "<|r|>", 0, token_type::control);
  add_token(data, "<|l|>", 0, token_type::control);
  const token_id r = static_cast<token_id>(data.tokens.size()) - 2, l = r + 1;
  data.strip_right = {r};
  data.strip_left = {l};
  data.add_bos = false;
  data.add_space_prefix = false;
  const text::tokenizer tok = make(data);
  CHECK(tok.encode("a<|r|>  b  <|l|>") == ids{3 + 'a', r, 3 + 'b', l});
}
