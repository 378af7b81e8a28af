// SPDX-License-Identifier: MIT
#include "vocabularies.hpp"

#include <limits>

using namespace qx;
using namespace qx::test;
using text::token_type;

namespace {

const std::string lower = "\xE2\x96\x81";  // ▁

std::vector<std::string> cut_up(const text::tokenizer& tok, std::string_view input) {
  return pieces(tok, tok.encode(input, plain));
}

using words = std::vector<std::string>;

}  // namespace

TEST_CASE("the highest score merges first, whatever its place") {
  auto data = sentencepiece_data();
  data.add_space_prefix = false;
  for (const char* c : {"a", "b", "c"})
    add_token(data, c, -10);
  add_token(data, "ab", -2);
  add_token(data, "bc", -1);
  CHECK(cut_up(make(data), "abc") == words{"a", "bc"});
  data.scores[data.scores.size() - 2] = -0.5f;
  CHECK(cut_up(make(data), "abc") == words{"ab", "c"});
}

TEST_CASE("of equal scores the leftmost merges first") {
  auto data = sentencepiece_data();
  data.add_space_prefix = false;
  add_token(data, "aa", -0.0f);
  add_token(data, "aaa", 0.0f);
  CHECK(cut_up(make(data), "aaaaa") == words{"aaa", "aa"});
  CHECK(cut_up(make(data), "aaaa") == words{"aaa", "a"});
}

TEST_CASE("scores of any sign and size are ordered as numbers") {
  auto data = sentencepiece_data();
  data.add_space_prefix = false;
  add_token(data, "ab", -std::numeric_limits<float>::infinity());
  add_token(data, "bc", -1e30f);
  add_token(data, "cd", 1e-30f);
  add_token(data, "de", std::numeric_limits<float>::infinity());
  CHECK(cut_up(make(data), "abcde") == words{"a", "bc", "de"});
  CHECK(cut_up(make(data), "bcd") == words{"b", "cd"});
}

TEST_CASE("a merge may begin at characters that are no tokens themselves") {
  auto data = sentencepiece_data();
  data.add_space_prefix = false;
  add_token(data, "\u00e9\u00e8", -1);
  CHECK(cut_up(make(data), "\u00e9\u00e8") == words{"\u00e9\u00e8"});
}

TEST_CASE("a character without a token is its bytes") {
  auto data = sentencepiece_data();
  data.add_space_prefix = false;
  const text::tokenizer tok = make(data);
  CHECK(tok.encode("\u00e9", plain) == ids{3 + 0xC3, 3 + 0xA9});
  CHECK(tok.encode("\xF0\x9F\x99\x82", plain) == ids{3 + 0xF0, 3 + 0x9F, 3 + 0x99, 3 + 0x82});
  CHECK(tok.encode("\xFF", plain) == ids{3 + 0xFF});
}

TEST_CASE("without byte tokens it is one unknown token") {
  text::vocab_data data;
  data.model = "llama";
  add_token(data, "<unk>", 0, token_type::unknown);
  add_token(data, "a");
  data.unknown = 0;
  data.add_bos = false;
  data.add_space_prefix = false;
  const text::tokenizer tok = make(data);
  CHECK(tok.encode("a\u00e9a\xF0\x9F\x99\x82", plain) == ids{1, 0, 1, 0});
  CHECK(tok.decode(ids{1, 0, 1}) == "aa");
  CHECK(tok.decode(ids{1, 0, 1}, {.special = true}) == "a<unk>a");
}

TEST_CASE("a single-character token stands in for a byte token that is missing") {
  text::vocab_data data;
  data.model = "llama";
  add_token(data, "<unk>", 0, token_type::unknown);
  for (const char* c : {"\xC3", "\xA9"})
    add_token(data, c);
  data.unknown = 0;
  data.add_bos = false;
  data.add_space_prefix = false;
  CHECK(make(data).encode("\u00e9", plain) == ids{1, 2});
}

TEST_CASE("control, unknown, byte and unused tokens never come from merging") {
  auto data = sentencepiece_data();
  data.add_space_prefix = false;
  add_token(data, "s>", 5);
  add_token(data, "</", 5);
  add_token(data, "0x", 1);
  add_token(data, "<0x", 2);
  add_token(data, "41>", 3);
  add_token(data, "spare", 9, token_type::unused);
  add_token(data, "sp", 5);
  add_token(data, "are", 5);
  const text::tokenizer tok = make(data);
  CHECK(cut_up(tok, "</s>") == words{"</", "s>"});
  CHECK(cut_up(tok, "<0x41>").size() > 1);
  CHECK(cut_up(tok, "spare") == words{"sp", "a", "r", "e"});
}

TEST_CASE("a space is put before a text and again after every special token") {
  auto data = sentencepiece_data();
  add_token(data, lower + "a", -1);
  add_token(data, "<|x|>", 0, token_type::control);
  add_token(data, "[u]", 0, token_type::user_defined);
  const text::tokenizer tok = make(data);
  CHECK(pieces(tok, tok.encode("a")) == words{"<s>", " a"});
  CHECK(pieces(tok, tok.encode("a<|x|>a[u]a")) == words{"<s>", " a", "<|x|>", " a", "[u]", " a"});
  CHECK(pieces(tok, tok.encode("<|x|>a")) == words{"<s>", "<|x|>", " a"});
  CHECK(pieces(tok, tok.encode(" a")) == words{"<s>", " ", " a"});
  data.add_space_prefix = false;
  const text::tokenizer bare = make(data);
  CHECK(pieces(bare, bare.encode("a<|x|>a")) == words{"<s>", "a", "<|x|>", "a"});
}

TEST_CASE("an empty text is BOS alone, and nothing without it") {
  const text::tokenizer tok = make(sentencepiece_data());
  CHECK(tok.encode("") == ids{1});
  CHECK(tok.encode("", plain).empty());
}

TEST_CASE("U+2581 in a text is a space") {
  auto data = sentencepiece_data();
  add_token(data, lower + "a", -1);
  const text::tokenizer tok = make(data);
  CHECK(tok.encode("b\xE2\x96\x81"
                   "a") == tok.encode("b a"));
}

TEST_CASE("decoding takes the space prefix back once, and only where it was put") {
  auto data = sentencepiece_data();
  add_token(data, lower, -3);
  add_token(data, lower + "a", -1);
  const text::tokenizer tok = make(data);
  const ids both = tok.encode(" a a");
  CHECK(tok.decode(both) == " a a");
  CHECK(tok.decode(both, {.strip_space_prefix = false}) == "  a a");
  CHECK(tok.decode(tok.encode("b")) == "b");
  CHECK(tok.decode(ids{}) == "");
  data.add_space_prefix = false;
  CHECK(make(data).decode(ids{token_id(data.tokens.size() - 1)}) == " a");
}

TEST_CASE("tokens with a space after a letter are found as well as those without") {
  auto data = sentencepiece_data();
  data.add_space_prefix = false;
  add_token(data, "a" + lower, 1);
  add_token(data, "a" + lower + "b", 2);
  add_token(data, lower + "b", 0);
  CHECK(cut_up(make(data), "a b") == words{"a b"});
}

TEST_CASE("a file without types still writes bytes as bytes and hides its control tokens") {
  auto data = sentencepiece_data();
  data.types.clear();
  const text::tokenizer tok = make(data);
  CHECK(tok.piece(3 + 'A') == "A");
  CHECK(tok.vocab().type(1) == token_type::control);
  CHECK(tok.decode(tok.encode("A\u00e9")) == "A\u00e9");
}
