// SPDX-License-Identifier: MIT
/// \file
/// Masks over a vocabulary are what trying every token one by one gives.
#include "vocabularies.hpp"

#include <qx/text/token_masks.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <span>
#include <string>
#include <vector>

using namespace qx;
using namespace qx::text;

namespace {

constexpr std::string_view list_of_words = R"(
root ::= "[" ( word ( ", " word )* )? "]"
word ::= "\"" [a-zé]{1,4} "\"" | number
number ::= "-"? [0-9]+ )";

/// Tokens that begin alike, that go beyond a word, and that the grammar never allows.
tokenizer test_tokenizer() {
  vocab_data data = test::sentencepiece_data();
  for (const char* spelling :
       {"a",  "ab", "abc", "abcd", "abcde", "\"",  "\"]",  "\",", "\",▁", "▁\"", "[\"", "1",
        "12", "-1", ",",   ",▁",   "é",     "é\"", "x\"]", "xyz", "]",    "▁",   "▁12", "[]"})
    test::add_token(data, spelling);
  return test::make(data);
}

std::vector<token_id> tried_one_by_one(const tokenizer& words, matcher& m, matcher::state at) {
  std::vector<token_id> allowed;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto id = static_cast<token_id>(i);
    const std::string text =
        words.decode(std::span(&id, 1), {.special = false, .strip_space_prefix = false});
    matcher::state s = at;
    for (const char c : text)
      s = m.next(s, static_cast<std::uint8_t>(c));
    const bool ends = words.is_end_of_generation(id);
    if (ends ? m.accepts(at) : !text.empty() && s != matcher::dead) allowed.push_back(id);
  }
  return allowed;
}

}  // namespace

TEST_CASE("a mask holds the tokens that lead on, at every step of many texts") {
  const auto words = test_tokenizer();
  auto g = grammar::parse(list_of_words);
  REQUIRE(g);
  token_masks masks(words, *g);
  matcher m(*g);
  std::mt19937 random(3);
  std::size_t ended = 0;
  for (int text = 0; text < 60; ++text) {
    masks.restart();
    matcher::state at = m.start();
    for (int step = 0; step < 40; ++step) {
      const auto allowed = masks.allowed();
      REQUIRE(!allowed.empty());
      REQUIRE(std::ranges::equal(allowed, tried_one_by_one(words, m, at)));
      const token_id next = allowed[random() % allowed.size()];
      if (words.is_end_of_generation(next)) {
        CHECK(masks.accepts());
        ++ended;
        break;
      }
      masks.advance(next);
      for (const char c :
           words.decode(std::span(&next, 1), {.special = false, .strip_space_prefix = false}))
        at = m.next(at, static_cast<std::uint8_t>(c));
    }
  }
  CHECK(ended > 0);
}

TEST_CASE("a token that is not allowed leads nowhere") {
  const auto words = test_tokenizer();
  auto g = grammar::parse("root ::= \"a\"");
  REQUIRE(g);
  token_masks masks(words, std::move(*g));
  CHECK(!masks.finished());
  const auto ids = words.encode("b", {.add_bos = false, .add_eos = false});
  masks.advance(ids.back());
  CHECK(masks.allowed().empty());
}
