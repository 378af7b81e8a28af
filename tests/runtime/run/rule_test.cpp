// SPDX-License-Identifier: MIT
/// \file
/// Rules that a user writes in a file of their own.
#include "logits.hpp"

#include <qx/qx.hpp>
#include <qx/run/sampler.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

using namespace qx;
using namespace qx::test;

namespace {

struct soft_cap {
  float cap;
  result<void> apply(sampling::candidates& c) const {
    const auto logit = c.edit();
    eval(logit <<= cap * tanh(logit / cap));
    return {};
  }
};

/// Never draws the token that was accepted last.
struct no_repeat {
  token_id last = no_token;
  void accept(token_id token) { last = token; }
  result<void> apply(sampling::candidates& c) const {
    for (std::size_t i = 0; i < c.size(); ++i)
      if (c.id(i) == last) c.edit()[i] = lowest;
    return {};
  }
};

struct poison {
  float value;
  result<void> apply(sampling::candidates& c) const {
    c.edit()[c.size() / 2] = value;
    return {};
  }
};

struct remove_all {
  result<void> apply(sampling::candidates& c) const {
    c.keep_from(c.largest() + 1);
    return {};
  }
};

template <class... R>
sampler chain_of_rules(std::size_t vocabulary, R... rules) {
  std::vector<sampling::any_rule> chain;
  (chain.emplace_back(std::move(rules)), ...);
  auto made = sampler::make(std::move(chain), 1, vocabulary);
  REQUIRE(made);
  return std::move(*made);
}

}  // namespace

TEST_CASE("a rule edits the logits, divided by the temperature so far") {
  const auto logits = normal_logits(700, 3.0f, 2);
  for (const std::size_t k : {std::size_t{0}, std::size_t{50}}) {
    sampler s = chain_of_rules(logits.size(), sampling::top_k{k}, sampling::temperature{2.0f},
                               soft_cap{1.5f});
    const auto before = logits;
    const auto got = s.distribution(logits);
    REQUIRE(got);
    CHECK(before == logits);
    std::vector<float> capped(logits.size());
    for (std::size_t i = 0; i < capped.size(); ++i)
      capped[i] = 1.5f * std::tanh(logits[i] / 2.0f / 1.5f);
    const auto wanted =
        by_definition(capped, {.temperature = 1, .top_k = k, .top_p = 1, .min_p = 0});
    REQUIRE(got->size() == wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i)
      CHECK(static_cast<double>((*got)[i].probability) ==
            doctest::Approx(wanted[i].probability).epsilon(1e-5));
  }
}

TEST_CASE("a rule is told what has been drawn") {
  const std::vector<float> logits{0.0f, 5.0f, 4.0f};
  sampler s = chain_of_rules(3, no_repeat{}, sampling::greedy{});
  token_id expected = 1;
  for (int i = 0; i < 6; ++i) {
    const auto token = s.draw(logits);
    REQUIRE(token);
    CHECK(*token == expected);
    s.accept(*token);
    expected = expected == 1 ? 2 : 1;
  }
}

TEST_CASE("a sampler that forgets is as a new one") {
  const auto logits = normal_logits(40, 1.0f, 4);
  const auto fresh = [&] {
    return chain_of_rules(
        logits.size(), sampling::penalties({.repeat = 1.5f, .frequency = 0.5f}, 5),
        sampling::dry({.multiplier = 2.0f, .base = 1.75f, .allowed_length = 1}, 9));
  };
  const auto shown = [&](sampler& s) {
    const auto got = s.distribution(logits);
    REQUIRE(got);
    return std::vector<likelihood>(got->begin(), got->end());
  };
  sampler used = fresh();
  const auto untouched = shown(used);
  for (const token_id token : {3, 7, 3, 7, 1, 3, 7})
    used.accept(token);
  CHECK(shown(used) != untouched);
  used.forget();
  CHECK(shown(used) == untouched);
  sampler again = fresh();
  for (const token_id token : {5, 6, 5})  // fewer than the windows hold, then more
    used.accept(token), again.accept(token);
  CHECK(shown(used) == shown(again));
  for (const token_id token : {8, 9, 8, 9, 8, 9, 2, 8, 9, 8})
    used.accept(token), again.accept(token);
  CHECK(shown(used) == shown(again));
}

TEST_CASE("a rule that leaves nothing to draw from is an error, not a crash") {
  const auto logits = normal_logits(500, 1.0f, 3);
  sampler none = chain_of_rules(logits.size(), remove_all{}, sampling::top_k{3});
  const auto empty = none.draw(logits);
  REQUIRE(!empty);
  CHECK(empty.error().message.find("no token") != std::string::npos);
  for (const float value : {std::numeric_limits<float>::quiet_NaN(), -lowest}) {
    sampler bad =
        chain_of_rules(logits.size(), sampling::top_k{9}, poison{value}, sampling::top_p{});
    CHECK(!bad.draw(logits));
  }
}
