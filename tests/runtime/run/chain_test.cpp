// SPDX-License-Identifier: MIT
/// \file
/// Chains in their language: the laws of every rule, on every table, with and without a history.
#include "counted_new.hpp"
#include "logits.hpp"

#include <qx/run/chain.hpp>
#include <qx/run/rules.hpp>
#include <qx/run/sampler.hpp>

#include <doctest/doctest.h>
#include <support/sanitized.hpp>

#include <cmath>
#include <numeric>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace qx;
using namespace qx::test;

namespace {

sampler make(std::string_view chain, std::size_t vocabulary, std::uint64_t seed = 1,
             const kernel::table& table = kernel::best_table()) {
  auto rules = parse_rules(chain, {.vocabulary = vocabulary, .seed = seed});
  if (!rules) FAIL(std::string(rules.error().message));
  auto made = sampler::make(std::move(*rules), seed, vocabulary, table);
  REQUIRE(made);
  return std::move(*made);
}

std::vector<likelihood> shown(sampler& s, std::span<const float> logits) {
  const auto all = s.distribution(logits);
  if (!all) FAIL(std::string(all.error().message));
  return {all->begin(), all->end()};
}

const std::vector<std::string_view> chains{
    "penalties repeat=1.3 frequency=0.2 presence=0.4; top_k=50; draw",
    "dry multiplier=0.8; min_p=0.02; temperature=1.3",
    "logit_bias 3:+4 9:-inf; top_n_sigma=2; typical=0.8; xtc probability=1 threshold=0.05",
    "dynatemp temp=1 range=0.5; top_p=0.9 min_keep=3",
    "mirostat_2 tau=3",
    "mirostat tau=3",
    default_chain,
};

}  // namespace

TEST_CASE("permuting the vocabulary permutes the result of every rule") {
  const std::size_t n = 3000;
  const auto logits = normal_logits(n, 2.0f, 3);
  std::vector<token_id> to(n);
  std::iota(to.begin(), to.end(), 0);
  std::ranges::shuffle(to, std::mt19937_64(4));
  std::vector<float> moved(n);
  for (std::size_t i = 0; i < n; ++i)
    moved[static_cast<std::size_t>(to[i])] = logits[i];
  for (const std::string_view chain : chains) {
    if (chain.starts_with("logit_bias")) continue;  // its ids are not permuted with the rest
    CAPTURE(chain);
    sampler a = make(chain, n), b = make(chain, n);
    for (const token_id token : {5, 9, 77, 5, 9}) {
      a.accept(token);
      b.accept(to[static_cast<std::size_t>(token)]);
    }
    const auto mine = shown(a, logits), other = shown(b, moved);
    REQUIRE(mine.size() == other.size());
    for (std::size_t i = 0; i < mine.size(); ++i) {
      CHECK(to[static_cast<std::size_t>(mine[i].token)] == other[i].token);
      CHECK(mine[i].probability == doctest::Approx(other[i].probability).epsilon(1e-5));
    }
  }
}

TEST_CASE("a seed draws the same tokens on every table, and steady state allocates nothing") {
  const std::size_t n = 5000;
  const auto logits = normal_logits(n, 2.0f, 6, 16.0f);
  for (const std::string_view chain : chains) {
    std::vector<token_id> first;
    for (const kernel::table* table : kernel::tables()) {
      if (!kernel::runs_here(*table)) continue;
      CAPTURE(chain);
      CAPTURE(table->name);
      sampler s = make(chain, n, 7, *table);
      std::vector<token_id> drawn(60);
      std::size_t before = 0;
      for (std::size_t i = 0; i < drawn.size(); ++i) {
        if (i == 30) before = allocations();
        const auto token = s.draw(logits);
        REQUIRE(token);
        s.accept(drawn[i] = *token);
      }
      CHECK(allocations() == before);
      if (first.empty()) first = drawn;
      CHECK(drawn == first);
    }
  }
}

TEST_CASE("temperatures of every kind keep the order") {
  const auto logits = normal_logits(2000, 2.0f, 8);
  for (const std::string_view chain :
       {"temperature=0.3", "temperature=3", "dynatemp temp=1 range=1",
        "dynatemp temp=0.5 range=0.4 exponent=2"}) {
    sampler s = make(chain, logits.size());
    const auto all = shown(s, logits);
    REQUIRE(all.size() == logits.size());
    for (std::size_t i = 1; i < all.size(); ++i)
      CHECK(logits[static_cast<std::size_t>(all[i - 1].token)] >=
            logits[static_cast<std::size_t>(all[i].token)]);
  }
}

TEST_CASE("what the rules promise") {
  const std::vector<float> logits{1, 5, 4, 3, 4.5f, -2};
  const auto left = [&](std::string_view chain, std::vector<token_id> history = {}) {
    sampler s = make(chain, logits.size());
    for (const token_id token : history)
      s.accept(token);
    std::vector<token_id> ids;
    for (const likelihood& l : shown(s, logits))
      ids.push_back(l.token);
    return ids;
  };
  using ids = std::vector<token_id>;
  CHECK(left("xtc probability=1 threshold=0.1") == ids{2, 3, 0, 5});
  CHECK(left("xtc probability=1 threshold=0.1 min_keep=5") == ids{1, 4, 2, 3, 0, 5});
  CHECK(left("xtc probability=0 threshold=0.1").size() == 6);
  CHECK(left("logit_bias 1:-inf; greedy") == ids{4});
  CHECK(left("penalties last_n=2 presence=3; greedy", {1, 0, 0}) == ids{1});
  CHECK(left("penalties last_n=3 presence=3; greedy", {1, 0, 0}) == ids{4});
  CHECK(left("penalties last_n=-1 frequency=1; greedy", {1, 1, 4, 0, 3, 5}) == ids{2});
  // The text ends in 2 3 as it did before the 1, which would make three of a kind.
  CHECK(left("dry multiplier=1 allowed_length=2; greedy", {2, 3, 1, 2, 3}) == ids{4});
  CHECK(left("dry multiplier=1 allowed_length=3; greedy", {2, 3, 1, 2, 3}) == ids{1});
  CHECK(left("dry multiplier=0; greedy", {2, 3, 1, 2, 3}) == ids{1});
  CHECK(left("top_n_sigma=0.25; draw") == ids{1, 4});
  CHECK(left("mirostat_2 tau=0.1") == ids{1});
}

TEST_CASE("a breaker keeps a repetition from reaching across it") {
  const std::vector<float> logits{0, 3, 2.5f, 0, 0};
  for (const bool broken : {false, true}) {
    std::vector<sampling::any_rule> chain;
    std::vector<sampling::dry::breaker> breakers;
    if (broken) breakers.push_back({3, {}});
    chain.emplace_back(sampling::dry({1.0f, 1.75f, 2}, 64, breakers));
    chain.emplace_back(sampling::greedy{});
    auto s = sampler::make(std::move(chain), 0, logits.size());
    REQUIRE(s);
    for (const token_id token : {2, 3, 4, 1, 2, 3, 4})
      s->accept(token);
    CHECK(*s->draw(logits) == (broken ? 1 : 2));
  }
}

TEST_CASE("mirostat steers the surprise to its target") {
  const auto logits = normal_logits(sanitized ? 500 : 2000, 2.0f, 11);
  for (const std::string_view chain : {"mirostat_2 tau=4 eta=0.1", "mirostat tau=4 eta=0.1"}) {
    CAPTURE(chain);
    sampler s = make(chain, logits.size(), 5);
    double surprise = 0.0;
    constexpr int draws = 3000, settled = 500;
    for (int i = 0; i < draws; ++i) {
      REQUIRE(s.draw(logits));
      if (i >= settled) surprise -= std::log2(static_cast<double>(s.last().probability));
    }
    // The mean of mu's steps is zero but for its ends: eta · Σ (surprise − tau) is at most what mu
    // can have moved, a few bits.
    CHECK(surprise / (draws - settled) == doctest::Approx(4.0).epsilon(0.03));
  }
}
