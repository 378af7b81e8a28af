// SPDX-License-Identifier: MIT
/// \file
/// The sampler against its definition, on every size that a block boundary can make difficult.
#include "logits.hpp"

#include <qx/run/sampler.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

using namespace qx;
using namespace qx::test;

namespace {

sampler made_of(const sampler_options& options, std::size_t vocabulary) {
  auto made = sampler::make(options, vocabulary);
  REQUIRE(made);
  return std::move(*made);
}

void check_against_definition(std::span<const float> logits, const sampler_options& options) {
  sampler s = made_of(options, logits.size());
  const auto got = s.distribution(logits);
  REQUIRE(got);
  const auto wanted = by_definition(logits, options);
  REQUIRE(got->size() == wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    CHECK((*got)[i].token == wanted[i].token);
    CHECK(std::abs(static_cast<double>((*got)[i].probability) - wanted[i].probability) <=
          1e-5 * wanted[i].probability + 1e-30);
  }
}

const std::vector<sampler_options> usual_options{
    {.temperature = 0},
    {.temperature = 1, .top_k = 0, .top_p = 1, .min_p = 0},
    {.temperature = 0.3f, .top_k = 0, .top_p = 1, .min_p = 0},
    {.temperature = 1, .top_k = 1, .top_p = 1, .min_p = 0},
    {.temperature = 1, .top_k = 7, .top_p = 1, .min_p = 0},
    {.temperature = 1.5f, .top_k = 300, .top_p = 1, .min_p = 0},
    {.temperature = 1, .top_k = 0, .top_p = 0.9f, .min_p = 0},
    {.temperature = 1, .top_k = 0, .top_p = 0.3f, .min_p = 0},
    {.temperature = 1, .top_k = 0, .top_p = 0, .min_p = 0},
    {.temperature = 1, .top_k = 0, .top_p = 1, .min_p = 0.1f},
    {.temperature = 1, .top_k = 0, .top_p = 1, .min_p = 1},
    {},
};

}  // namespace

TEST_CASE("every rule does what its definition says") {
  for (const std::size_t n : {1, 2, 15, 16, 17, 255, 256, 257, 1000, 4099})
    for (const float deviation : {0.01f, 1.0f, 8.0f})
      for (const sampler_options& options : usual_options) {
        CAPTURE(n);
        CAPTURE(deviation);
        CAPTURE(options.top_k);
        CAPTURE(options.top_p);
        CAPTURE(options.min_p);
        check_against_definition(normal_logits(n, deviation, static_cast<unsigned>(n)), options);
      }
}

TEST_CASE("of equal logits the lower id stays") {
  // Deviations and steps for which no cumulative sum lies on the edge of top-p.
  const auto logits = normal_logits(3000, 2.0f, 5, 4.0f);
  for (const sampler_options& options : usual_options)
    check_against_definition(logits, options);
  const std::vector<float> flat(1000, 3.5f);
  for (const std::size_t k : {1, 2, 999})
    check_against_definition(flat, {.temperature = 1, .top_k = k, .top_p = 1, .min_p = 0});
  sampler half = made_of({.temperature = 1, .top_k = 0, .top_p = 0.4995f, .min_p = 0}, flat.size());
  const auto survivors = half.distribution(flat);
  REQUIRE(survivors);
  REQUIRE(survivors->size() == 500);
  CHECK(survivors->back().token == 499);
}

TEST_CASE("min_keep holds what the threshold would drop") {
  const std::vector<float> logits{0, 1, 9, 2, 1, 3};
  const auto survivors = [&](sampling::any_rule rule) {
    std::vector<sampling::any_rule> chain;
    chain.push_back(std::move(rule));
    auto s = sampler::make(std::move(chain), 0, logits.size());
    REQUIRE(s);
    std::vector<token_id> ids;
    const auto shown = s->distribution(logits);
    REQUIRE(shown);
    for (const likelihood& l : *shown)
      ids.push_back(l.token);
    return ids;
  };
  CHECK(survivors(sampling::top_p{.p = 0.5f, .min_keep = 1}) == std::vector<token_id>{2});
  CHECK(survivors(sampling::top_p{.p = 0.5f, .min_keep = 3}) == std::vector<token_id>{2, 5, 3});
  CHECK(survivors(sampling::top_p{.p = 0.5f, .min_keep = 4}) == std::vector<token_id>{2, 5, 3, 1});
  CHECK(survivors(sampling::min_p{.p = 0.9f, .min_keep = 4}) == std::vector<token_id>{2, 5, 3, 1});
  CHECK(survivors(sampling::min_p{.p = 0.9f, .min_keep = 0}) == std::vector<token_id>{2});
  CHECK(survivors(sampling::top_p{.p = 0.5f, .min_keep = 99}).size() == logits.size());
}

TEST_CASE("a token of -infinity is never drawn") {
  std::vector<float> logits(600, lowest);
  logits[257] = 1.0f;
  logits[599] = 0.5f;
  sampler s =
      made_of({.temperature = 2, .top_k = 0, .top_p = 1, .min_p = 0, .seed = 3}, logits.size());
  bool second = false;
  for (int i = 0; i < 200; ++i) {
    const auto token = s.draw(logits);
    REQUIRE(token);
    CHECK((*token == 257 || *token == 599));
    second = second || *token == 599;
  }
  CHECK(second);
  sampler usual = made_of({}, logits.size());
  CHECK(usual.draw(logits));
}

TEST_CASE("logits that cannot be drawn from are an error that names the token") {
  const auto message = [](std::vector<float> logits) {
    auto s = sampler::make(sampler_options{}, logits.size());
    REQUIRE(s);
    const auto token = s->draw(logits);
    REQUIRE(!token);
    CHECK(token.error().code == errc::range);
    return token.error().message;
  };
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const std::size_t at : {0, 17, 255, 256, 511, 599}) {
    auto logits = normal_logits(600, 1, 1);
    logits[at] = nan;
    CHECK(message(logits).find("token " + std::to_string(at) + " is not a number") !=
          std::string::npos);
    logits[at] = -lowest;
    CHECK(message(logits).find("token " + std::to_string(at) + " is infinite") !=
          std::string::npos);
  }
  CHECK(message(std::vector<float>(300, lowest)).find("every logit is -infinity") !=
        std::string::npos);
  CHECK(message(std::vector<float>(3, nan)).find("not a number") != std::string::npos);

  sampler s = made_of({}, 300);
  const auto short_row = s.draw(std::vector<float>(299, 1.0f));
  REQUIRE(!short_row);
  CHECK(short_row.error().code == errc::shape);
  CHECK(s.draw(std::vector<float>(300, 1.0f)));  // usable again
}

TEST_CASE("options that make no sense name their flag") {
  const auto message = [](const sampler_options& options) {
    const auto made = sampler::make(options, 10);
    REQUIRE(!made);
    CHECK(made.error().code == errc::argument);
    return made.error().message;
  };
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const float bad : {-0.1f, nan, -lowest})
    CHECK(message({.temperature = bad}).starts_with("--temp"));
  for (const float bad : {-0.1f, nan, 1.1f}) {
    CHECK(message({.top_p = bad}).starts_with("--top-p"));
    CHECK(message({.min_p = bad}).starts_with("--min-p"));
  }
  CHECK(!sampler::make(sampler_options{}, 0));
  CHECK(!sampler::make(sampler_options{}, std::size_t{1} << 40));
}

TEST_CASE("extremes of temperature stay finite") {
  const auto logits = normal_logits(1000, 50.0f, 9);
  for (const float t : {1e-45f, 1e-38f, 1e-6f, 1e6f, 3e38f}) {
    sampler s = made_of({.temperature = t, .top_k = 0, .top_p = 1, .min_p = 0}, logits.size());
    const auto shown = s.distribution(logits);
    REQUIRE(shown);
    double sum = 0;
    for (const likelihood& l : *shown)
      sum += static_cast<double>(l.probability);
    CHECK(sum == doctest::Approx(1.0).epsilon(1e-5));
    if (t < 1e-5f) CHECK(shown->front().probability == 1.0f);
  }
}
