// SPDX-License-Identifier: MIT
/// \file
/// A grammar before top-k: what is tried token by token is what the whole mask leaves.
#include "logits.hpp"

#include <qx/core/message.hpp>
#include <qx/run/rules.hpp>
#include <qx/run/sampler.hpp>
#include <qx/text/token_masks.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

using namespace qx;
using namespace qx::test;

namespace {

/// A token for each byte, and some words.
text::tokenizer words_of_a_hundred() {
  text::vocab_data data;
  data.model = "llama";
  const auto add = [&](std::string_view spelling, text::token_type type) {
    data.tokens.push_back(spelling);
    data.types.push_back(type);
    data.scores.push_back(0.0f);
  };
  add("<unk>", text::token_type::unknown);
  add("<s>", text::token_type::control);
  add("</s>", text::token_type::control);
  constexpr std::string_view hex = "0123456789ABCDEF";
  for (std::size_t byte = 0; byte < 256; ++byte)
    add(message("<0x", hex[byte / 16], hex[byte % 16], ">"), text::token_type::byte);
  for (int a = 0; a < 100; ++a)
    add(message(static_cast<char>('a' + a % 26), a), text::token_type::normal);
  data.unknown = 0;
  data.bos = 1;
  data.eos = 2;
  auto made = text::tokenizer::make(data);
  REQUIRE_MESSAGE(made, made.error().message);
  return std::move(*made);
}

sampler sampler_of(const text::tokenizer& words, std::string_view gbnf, bool greedy, bool whole) {
  auto masks = std::make_shared<text::token_masks>(words, text::grammar::parse(gbnf).value());
  std::vector<sampling::any_rule> rules;
  const std::size_t enough = greedy ? 1 : 5;
  rules.emplace_back(sampling::constrained(std::move(masks), whole ? 0 : enough));
  if (greedy)
    rules.emplace_back(sampling::greedy{});
  else
    rules.emplace_back(sampling::top_k{enough});
  return sampler::make(std::move(rules), 7, words.size()).value();
}

}  // namespace

TEST_CASE("tokens are the same whether the likeliest are tried or all are known") {
  const text::tokenizer words = words_of_a_hundred();
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  for (const char* gbnf : {"root ::= [^x]{200}", "root ::= ([a-z][0-9]+ | \"-\")*",
                           "root ::= \"{\" [a-f0-9]{30} \"}\" .*"})
    for (const bool greedy : {false, true}) {
      CAPTURE(gbnf);
      sampler tried = sampler_of(words, gbnf, greedy, false);
      sampler known = sampler_of(words, gbnf, greedy, true);
      for (int step = 0; step < 150; ++step) {
        std::vector<float> logits(words.size());
        for (float& x : logits)
          x = std::round(4 * normal(random)) / 4;  // ties are many
        const auto a = tried.draw(logits), b = known.draw(logits);
        REQUIRE(a.has_value() == b.has_value());
        if (!a) break;
        CHECK(*a == *b);
        if (words.is_end_of_generation(*a)) break;
      }
    }
}
