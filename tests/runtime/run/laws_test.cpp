// SPDX-License-Identifier: MIT
/// \file
/// What must hold for any logits.
#include "logits.hpp"

#include <qx/run/sampler.hpp>

#include <doctest/doctest.h>
#include <support/sanitized.hpp>

#include <algorithm>
#include <numeric>
#include <random>
#include <set>
#include <vector>

using namespace qx;
using namespace qx::test;

namespace {

std::vector<likelihood> shown(std::span<const float> logits, const sampler_options& options) {
  auto s = sampler::make(options, logits.size());
  REQUIRE(s);
  const auto all = s->distribution(logits);
  REQUIRE(all);
  return {all->begin(), all->end()};
}

std::set<token_id> tokens_of(const std::vector<likelihood>& all) {
  std::set<token_id> ids;
  for (const likelihood& l : all)
    ids.insert(l.token);
  return ids;
}

}  // namespace

TEST_CASE("temperature never changes the order") {
  const auto logits = normal_logits(2000, 2.0f, 1);
  for (const float t : {0.05f, 0.5f, 0.8f, 3.0f}) {
    const auto all = shown(logits, {.temperature = t, .top_k = 0, .top_p = 1, .min_p = 0});
    REQUIRE(all.size() == logits.size());
    for (std::size_t i = 1; i < all.size(); ++i)
      if (all[i].probability < all[i - 1].probability)
        CHECK(logits[static_cast<std::size_t>(all[i].token)] <
              logits[static_cast<std::size_t>(all[i - 1].token)]);
    CHECK(all[0].token == std::ranges::max_element(logits) - logits.begin());
  }
}

TEST_CASE("top-p is monotone in p, min-p and top-k in theirs") {
  const auto logits = normal_logits(5000, 1.5f, 2);
  std::set<token_id> smaller;
  for (const float p : {0.0f, 0.1f, 0.5f, 0.9f, 0.99f, 0.9999f, 1.0f}) {
    const auto larger =
        tokens_of(shown(logits, {.temperature = 1, .top_k = 0, .top_p = p, .min_p = 0}));
    CHECK(std::ranges::includes(larger, smaller));
    CHECK(larger.size() > smaller.size());
    smaller = larger;
  }
  CHECK(smaller.size() == logits.size());
  for (const float p : {0.001f, 0.05f, 0.5f, 1.0f}) {
    const auto fewer =
        tokens_of(shown(logits, {.temperature = 1, .top_k = 0, .top_p = 1, .min_p = p}));
    CHECK(std::ranges::includes(smaller, fewer));
    smaller = fewer;
  }
  CHECK(smaller.size() == 1);
  for (std::size_t k = 1; k < logits.size(); k = k * 3 + 1)
    CHECK(shown(logits, {.temperature = 1, .top_k = k, .top_p = 1, .min_p = 0}).size() == k);
}

TEST_CASE("permuting the vocabulary permutes the result") {
  const auto logits = normal_logits(3000, 2.0f, 3);
  std::vector<token_id> to(logits.size());
  std::iota(to.begin(), to.end(), 0);
  std::ranges::shuffle(to, std::mt19937_64(4));
  std::vector<float> moved(logits.size());
  for (std::size_t i = 0; i < to.size(); ++i)
    moved[static_cast<std::size_t>(to[i])] = logits[i];
  for (const sampler_options& options :
       {sampler_options{},
        sampler_options{.temperature = 1.2f, .top_k = 0, .top_p = 0.9f, .min_p = 0.001f}}) {
    const auto a = shown(logits, options), b = shown(moved, options);
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      CHECK(to[static_cast<std::size_t>(a[i].token)] == b[i].token);
      CHECK(a[i].probability == doctest::Approx(b[i].probability).epsilon(1e-5));
    }
  }
}

TEST_CASE("tokens are drawn as often as their probabilities say") {
  // Several blocks, so that the choice of the block is tested, too.
  const auto logits = normal_logits(1500, 2.0f, 5);
  const sampler_options options{
      .temperature = 1.1f, .top_k = 60, .top_p = 0.98f, .min_p = 0.01f, .seed = 42};
  const auto expected = shown(logits, options);
  auto s = sampler::make(options, logits.size());
  REQUIRE(s);
  constexpr int draws = sanitized ? 10000 : 200000;
  std::vector<int> seen(logits.size());
  for (int i = 0; i < draws; ++i) {
    const auto token = s->draw(logits);
    REQUIRE(token);
    ++seen[static_cast<std::size_t>(*token)];
  }
  double chi_squared = 0;
  int total = 0;
  for (const likelihood& l : expected) {
    const double mean = static_cast<double>(l.probability) * draws;
    const int n = seen[static_cast<std::size_t>(l.token)];
    chi_squared += (n - mean) * (n - mean) / mean;
    total += n;
  }
  CHECK(total == draws);
  const double freedom = static_cast<double>(expected.size()) - 1;
  REQUIRE(freedom > 10);
  // Mean and deviation of the distribution; both too far and too near would be suspicious.
  CHECK(chi_squared < freedom + 3.5 * std::sqrt(2 * freedom));
  CHECK(chi_squared > freedom - 3.5 * std::sqrt(2 * freedom));
}

TEST_CASE("a seed gives its draws again, and another seed others") {
  const auto logits = normal_logits(1000, 0.5f, 6);
  const auto draws = [&](std::uint64_t seed) {
    auto s = sampler::make({.temperature = 1, .top_k = 0, .top_p = 1, .min_p = 0, .seed = seed},
                           logits.size());
    std::vector<token_id> tokens;
    for (int i = 0; i < 50; ++i)
      tokens.push_back(*s->draw(logits));
    s->random().seek(7);
    CHECK(*s->draw(logits) == tokens[7]);
    return tokens;
  };
  CHECK(draws(1) == draws(1));
  CHECK(draws(1) != draws(2));
}

TEST_CASE("the generator is the published one") {
  // First outputs of SplitMix64 for the seed 1234567, as its reference implementation gives them.
  sampling::random_stream random(1234567);
  CHECK(random.bits() == 6457827717110365317u);
  CHECK(random.bits() == 3203168211198807973u);
  CHECK(random.bits() == 9817491932198370423u);
  sampling::random_stream uniform(8);
  double sum = 0;
  for (int i = 0; i < 100000; ++i) {
    const double u = uniform.uniform();
    CHECK((u >= 0.0 && u < 1.0));
    sum += u;
  }
  CHECK(sum / 100000 == doctest::Approx(0.5).epsilon(0.01));
}
