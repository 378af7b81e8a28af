// SPDX-License-Identifier: MIT
#include "counted_new.hpp"
#include "fake_model.hpp"

#include <qx/run/generate.hpp>

#include <doctest/doctest.h>

#include <string>
#include <support/sanitized.hpp>
#include <vector>

using namespace qx;
using namespace qx::test;

namespace {

constexpr model_limits small_limits{.vocabulary = 1000, .context = 64, .sequences = 3, .batch = 8};

sampler greedy() {
  auto s = sampler::make({.temperature = 0}, small_limits.vocabulary);
  REQUIRE(s);
  return std::move(*s);
}

std::vector<token_id> range(token_id first, std::size_t n) {
  std::vector<token_id> tokens(n);
  for (std::size_t i = 0; i < n; ++i)
    tokens[i] = first + static_cast<token_id>(i);
  return tokens;
}

struct run {
  result<generate_stats> stats;
  std::vector<token_id> text;
};

run generate_with(fake_model& model, std::vector<token_id> prompt, const generate_options& options,
                  token_id end = no_token) {
  sampler s = greedy();
  run r;
  r.stats = generate(
      model, s, prompt, options,
      [&](token_id t) {
        r.text.push_back(t);
        return true;
      },
      [=](token_id t) { return t == end; });
  return r;
}

}  // namespace

TEST_CASE("a prompt goes in chunks, then token by token") {
  fake_model model(small_limits);
  const auto [stats, text] = generate_with(model, range(10, 19), {.max_tokens = 5});
  REQUIRE(stats);
  CHECK(text == range(29, 5));
  CHECK(model.chunks == std::vector<std::size_t>{8, 8, 3, 1, 1, 1, 1});
  CHECK(stats->prompt_tokens == 19);
  CHECK(stats->generated_tokens == 5);
  CHECK(stats->decode_steps == 4);
  CHECK(stats->stopped == stop_reason::max_tokens);
  CHECK(stats->prefill_seconds > 0);
  CHECK(stats->prefill_rate() == doctest::Approx(19 / stats->prefill_seconds));
  CHECK(stats->decode_rate() == doctest::Approx(4 / stats->decode_seconds));
  CHECK(model.length(0) == 23);
}

TEST_CASE("a prompt of exactly one chunk, or of the whole context") {
  fake_model model(small_limits);
  CHECK(generate_with(model, range(0, 8), {.max_tokens = 1}).text == range(8, 1));
  CHECK(model.chunks == std::vector<std::size_t>{8});
  model.truncate(0, 0);
  const auto [stats, text] = generate_with(model, range(0, 64), {});
  REQUIRE(stats);
  CHECK(text == range(64, 1));
  CHECK(stats->stopped == stop_reason::context);
}

TEST_CASE("every way to stop") {
  fake_model model(small_limits);
  auto r = generate_with(model, range(0, 4), {});
  REQUIRE(r.stats);
  CHECK(r.stats->stopped == stop_reason::context);
  CHECK(r.text.size() == 61);  // 60 positions after the prompt, and a last token that needs none
  CHECK(model.length(0) == 64);

  model.truncate(0, 0);
  r = generate_with(model, range(0, 4), {}, 9);
  CHECK(r.stats->stopped == stop_reason::end);
  CHECK(r.text == range(4, 5));
  CHECK(r.stats->generated_tokens == 5);

  model.truncate(0, 0);
  sampler s = greedy();
  std::size_t calls = 0;
  const auto prompt = range(0, 4);
  const auto stats = generate(model, s, prompt, {}, [&](token_id) { return ++calls < 3; });
  CHECK(stats->stopped == stop_reason::caller);
  CHECK(calls == 3);

  model.truncate(0, 0);
  r = generate_with(model, range(0, 4), {.max_tokens = 0});
  CHECK(r.text.empty());
  CHECK(model.length(0) == 4);
}

TEST_CASE("a sequence goes on with what it holds, beside others") {
  fake_model model(small_limits);
  CHECK(generate_with(model, range(5, 10), {.max_tokens = 3, .sequence = 2}).text == range(15, 3));
  CHECK(generate_with(model, range(500, 2), {.max_tokens = 2, .sequence = 1}).text ==
        range(502, 2));
  CHECK(model.length(0) == 0);
  CHECK(model.length(2) == 12);
  CHECK(generate_with(model, {17}, {.max_tokens = 2, .sequence = 2}).text == range(18, 2));
  CHECK(model.length(2) == 14);
}

TEST_CASE("what cannot be generated is refused before anything runs") {
  fake_model model(small_limits);
  const auto message = [&](std::vector<token_id> prompt, const generate_options& options) {
    const auto r = generate_with(model, std::move(prompt), options);
    REQUIRE(!r.stats);
    CHECK(model.steps == 0);
    return r.stats.error().message;
  };
  CHECK(message({}, {}).find("empty") != std::string::npos);
  CHECK(message(range(0, 65), {}).find("65 tokens") != std::string::npos);
  CHECK(message(range(0, 65), {}).find("context of 64") != std::string::npos);
  CHECK(message({1, 1000}, {}).find("prompt token 1 is 1000") != std::string::npos);
  CHECK(message({-1}, {}).find("-1") != std::string::npos);
  CHECK(message({1}, {.sequence = 3}).find("sequence 3") != std::string::npos);
  CHECK(message({1}, {.sequence = -1}).find("sequence -1") != std::string::npos);
  auto other = sampler::make({}, 999);
  const std::vector<token_id> prompt{1};
  CHECK(!generate(model, *other, prompt, {}, [](token_id) { return true; }));
  CHECK(model.steps == 0);
}

TEST_CASE("an error in the middle arrives, and what was drawn before it was shown") {
  for (const std::size_t step : {1, 3, 6}) {
    fake_model model(small_limits);
    model.fails_at = step;
    const auto r = generate_with(model, range(0, 20), {.max_tokens = 10});
    REQUIRE(!r.stats);
    CHECK(r.stats.error().message == "the model gave up");
    CHECK(r.text.size() == (step <= 3 ? 0 : step - 3));
  }
}

TEST_CASE("decoding allocates nothing") {
  constexpr model_limits large{
      .vocabulary = sanitized ? 500 : 5000, .context = 600, .sequences = 1, .batch = 64};
  for (const sampler_options& options :
       {sampler_options{}, sampler_options{.temperature = 0},
        sampler_options{.temperature = 3, .top_k = 0, .top_p = 0.95f, .min_p = 0.0001f}}) {
    fake_model model(large);
    auto s = sampler::make(options, large.vocabulary);
    REQUIRE(s);
    const auto prompt = range(0, 100);
    std::size_t first = 0, last = 0, tokens = 0;
    const auto stats = generate(model, *s, prompt, {.max_tokens = 400}, [&](token_id) {
      if (++tokens == 2) first = allocations();  // the first draw may make the thread's context
      last = allocations();
      return true;
    });
    REQUIRE(stats);
    CHECK(tokens == 400);
    CHECK(first > 0);  // the count works
    CHECK(last == first);
  }
}
