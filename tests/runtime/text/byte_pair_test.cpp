// SPDX-License-Identifier: MIT
#include "vocabularies.hpp"

#include <algorithm>

using namespace qx;
using namespace qx::test;
using text::token_type;

namespace {

using words = std::vector<std::string>;

words cut(const text::tokenizer& tok, std::string_view input) {
  return pieces(tok, tok.encode(input, plain));
}

}  // namespace

TEST_CASE("every byte has its character, and the alphabet is undone in pieces") {
  const text::tokenizer tok = make(byte_pair_data("gpt-2", {{"a", "b"}}));
  for (int byte = 0; byte < 256; ++byte) {
    const std::string c(1, static_cast<char>(byte));
    CHECK(tok.piece(byte) == c);
    CHECK(tok.encode(c, plain) == ids{byte});
  }
}

TEST_CASE("the lowest rank merges first, of equals the leftmost") {
  const text::tokenizer tok =
      make(byte_pair_data("gpt-2", {{"b", "c"}, {"a", "b"}, {"a", "a"}, {"aa", "a"}}));
  CHECK(cut(tok, "abc") == words{"a", "bc"});
  CHECK(cut(tok, "aaaaa") == words{"aa", "aaa"});
}

TEST_CASE("merging stays within words") {
  const text::tokenizer tok = make(byte_pair_data("gpt-2", {{"a", " "}, {" ", "b"}, {"a", " b"}}));
  CHECK(cut(tok, "a b") == words{"a", " b"});
}

TEST_CASE("the first of two equal merges has the rank") {
  auto data = byte_pair_data("gpt-2", {{"a", "b"}, {"b", "c"}});
  data.merges.push_back("a b");
  CHECK(cut(make(data), "abc") == words{"ab", "c"});
}

TEST_CASE("a whole word that is a token is taken as it is, only where the pre-type says so") {
  std::vector<std::pair<std::string, std::string>> merges{{"b", "c"}, {"ab", "c"}};
  // No merge leads from a, bc to abc: "ab" cannot arise.
  CHECK(cut(make(byte_pair_data("llama-bpe", merges)), "abc") == words{"abc"});
  CHECK(cut(make(byte_pair_data("gpt-2", merges)), "abc") == words{"a", "bc"});
}

TEST_CASE("merges may pass through strings that are no tokens") {
  auto data = byte_pair_data("gpt-2", {});
  add_token(data, "abc");
  data.scores.clear();
  data.merges = {"a b", "ab c"};
  const text::tokenizer tok = make(data);
  CHECK(cut(tok, "abc") == words{"abc"});
  CHECK(cut(tok, "abd") == words{"a", "b", "d"});  // "ab" is none: its bytes
  CHECK(tok.find("ab") == no_token);
}

TEST_CASE("of tokens spelt alike the last is merged into and merged on") {
  auto data = byte_pair_data("gpt-2", {{"a", "b"}, {"ab", "c"}});
  data.tokens.push_back("ab");
  data.types.push_back(token_type::normal);
  CHECK(make(data).encode("ab", plain) == ids{258});
  CHECK(make(data).encode("abc", plain) == ids{257});
}

TEST_CASE("merges after many others are cut where their characters are") {
  std::vector<std::pair<std::string, std::string>> merges;
  for (char c = 'A'; c <= 'z'; ++c)
    merges.push_back({"x", {c}});  // more than are read at a time
  merges.push_back({"\xC3", "\xA9"});
  merges.push_back({" ", "\xC3\xA9"});
  merges.push_back({" \xC3\xA9", "b"});
  auto data = byte_pair_data("gpt-2", merges);
  data.tokens.push_back(spelt(" c"));
  data.types.push_back(token_type::normal);
  data.merges.push_back("\xC4 \xA0"
                        "c");  // within the character for a space: no text reaches it
  const text::tokenizer tok = make(data);
  CHECK(cut(tok, "xz \xC3\xA9"
                 "b c") == words{"xz",
                                 " \xC3\xA9"
                                 "b",
                                 " ", "c"});
}

TEST_CASE("merges in any order, more than one for a token, are all found") {
  std::mt19937 random(11);
  const std::vector<std::pair<std::string, std::string>> merges{
      {"a", "b"}, {"b", "c"}, {"ab", "c"}, {"c", "d"}, {"abc", "d"}, {"d", "d"}, {"dd", "dd"}};
  for (int round = 0; round < 50; ++round) {
    auto data = byte_pair_data("gpt-2", merges);
    std::vector<std::size_t> order{0, 1, 2, 3, 4, 5, 6};
    std::ranges::shuffle(order, random);
    data.merges = {};
    for (const std::size_t i : order)
      data.merges.push_back(merges[i].first + ' ' + merges[i].second);
    const text::tokenizer tok = make(data);
    for (std::size_t i = 0; i < merges.size(); ++i) {  // with a merge alone in a word it must work
      if (merges[i].first.size() + merges[i].second.size() != 2) continue;
      CHECK(tok.encode(merges[i].first + merges[i].second, plain) ==
            ids{static_cast<token_id>(256 + i)});
    }
    CHECK(tok.encode("dddd", plain) == ids{262});
  }
}

TEST_CASE("bytes that are not UTF-8 survive") {
  const text::tokenizer tok = make(byte_pair_data("llama-bpe", {{"a", "b"}}));
  const std::string bytes = "ab\xFF\xC3(\xE2\x96 \xF0\x9F";
  CHECK(tok.decode(tok.encode(bytes, plain)) == bytes);
}

TEST_CASE("a byte without a token is left out, and the vocabulary says so") {
  text::vocab_data data;
  data.model = "gpt2";
  data.pre = "gpt-2";
  data.tokens = {"a", "b", "ab"};
  data.merges = {"a b"};
  data.unknown = 1;  // never written: such files name the end of a text here
  const text::tokenizer tok = make(data);
  CHECK(tok.encode("abxa", plain) == ids{2, 0});
  CHECK(tok.warning().find("no token") != std::string_view::npos);
}

TEST_CASE("BOS is added where the file or the pre-type asks for it") {
  auto data = byte_pair_data("llama-bpe", {{"a", "b"}});
  add_token(data, "<|begin|>", 0, token_type::control);
  add_token(data, "<|end|>", 0, token_type::control);
  data.scores.clear();
  data.bos = 257;
  data.eos = 258;
  CHECK(make(data).encode("ab") == ids{257, 256});
  CHECK(make(data).encode("ab", {.add_bos = false}) == ids{256});
  data.add_bos = false;
  data.add_eos = true;
  CHECK(make(data).encode("ab") == ids{256, 258});
  CHECK(make(data).encode("ab", {.add_eos = false}) == ids{256});
  data.add_bos.reset();
  data.add_eos.reset();
  data.pre = "gpt-2";
  CHECK(make(data).encode("ab") == ids{256});
}

TEST_CASE("no space prefix, whatever the file says") {
  auto data = byte_pair_data("gpt-2", {{" ", "a"}});
  data.add_space_prefix = true;
  const text::tokenizer tok = make(data);
  CHECK(tok.encode("a", plain) == ids{'a'});
  CHECK(tok.decode(ids{256}) == " a");
}

TEST_CASE("added spaces and merged spaces can share a spelling in bytes") {
  auto data = byte_pair_data("gpt-2", {{" ", " "}, {"  ", " "}});
  add_token(data, "   ", 0, token_type::user_defined);
  data.scores.clear();
  const text::tokenizer tok = make(data);
  CHECK(tok.encode("   ", plain) == ids{258});
  CHECK(tok.encode("  ", plain) == ids{256});
  CHECK(tok.piece(258) == "   ");
}

TEST_CASE("tokens outside the alphabet decode as they are spelt and are never encoded") {
  auto data = byte_pair_data("gpt-2", {{"a", "b"}});
  data.tokens.push_back("\u4e2d");
  data.types.push_back(token_type::normal);
  const text::tokenizer tok = make(data);
  CHECK(tok.piece(257) == "\u4e2d");
  CHECK(tok.encode("\u4e2d", plain).size() == 3);
}
