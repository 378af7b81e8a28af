// SPDX-License-Identifier: MIT
#include "counted_new.hpp"
#include "fake_model.hpp"

#include <qx/run/bench.hpp>
#include <qx/run/machine.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <support/sanitized.hpp>

using namespace qx;
using namespace qx::test;

namespace {

constexpr model_limits limits{.vocabulary = 100, .context = 4096, .sequences = 2, .batch = 64};

}  // namespace

TEST_CASE("what is timed is what was asked for") {
  fake_model model(limits);
  const auto report = run_bench(
      model,
      {.prefill = 100, .decode = 7, .depth = 130, .warm_up = 1, .repetitions = 3, .sequence = 1});
  REQUIRE(report);
  // 130 = 64 + 64 + 2 once, then four times 100 = 64 + 36 and four times 7 single steps.
  CHECK(model.steps == 3 + 4 * 2 + 4 * 7);
  CHECK(model.truncations == 1 + 4 + 4 + 1);
  CHECK(model.length(1) == 0);
  CHECK(model.length(0) == 0);
  for (const spread& s : {report->prefill, report->decode}) {
    CHECK(s.min > 0);
    CHECK(s.min <= s.median);
    CHECK(s.median <= s.max);
  }
}

TEST_CASE("a part of no tokens is left out") {
  fake_model model(limits);
  const auto report = run_bench(model, {.prefill = 0, .decode = 3});
  REQUIRE(report);
  CHECK(report->prefill.max == 0);
  CHECK(report->decode.min > 0);
}

TEST_CASE("medians of odd and even numbers of repetitions") {
  std::vector<double> odd{5, 1, 3}, even{4, 1, 2, 100};
  CHECK(detail::spread_of(odd).median == 3);
  CHECK(detail::spread_of(even).median == 3);
  CHECK(detail::spread_of(even).max == 100);
}

TEST_CASE("options that do not fit the model are refused before anything runs") {
  fake_model model(limits);
  const auto message = [&](const bench_options& options) {
    const auto report = run_bench(model, options);
    REQUIRE(!report);
    CHECK(model.steps == 0);
    return report.error().message;
  };
  CHECK(message({.prefill = 4000, .depth = 97}).find("context of 4096") != std::string::npos);
  CHECK(message({.depth = 5000}).find("5000") != std::string::npos);
  CHECK(message({.prefill = 0, .decode = 0}).find("no tokens") != std::string::npos);
  CHECK(message({.repetitions = 0}).find("no repetitions") != std::string::npos);
  CHECK(message({.sequence = 2}).find("sequence 2") != std::string::npos);
}

TEST_CASE("the model's error ends the benchmark") {
  fake_model model(limits);
  model.fails_at = 4;
  CHECK(!run_bench(model, {}));
}

/// Of what is measured; sanitized code takes several times as long.
constexpr double allowed = sanitized ? 0.1 : 0.01;

TEST_CASE("the benchmark costs less than 1 % of what it measures") {
  constexpr std::size_t steps = 2000;
  fake_model model(limits);
  const bench_options options{.prefill = 0, .decode = steps, .repetitions = 9};
  const auto empty = run_bench(model, options);
  REQUIRE(empty);
  // All of an empty step is overhead: the harness' own and the fake model's. The fastest run is the
  // one that nothing else disturbed.
  const double overhead = 1.0 / empty->decode.max;
  constexpr double realistic = 100e-6;  // a step of the smallest models worth measuring
  MESSAGE("an empty step takes ", overhead * 1e9, " ns, ", overhead / realistic * 100,
          " % of 100 µs");
  CHECK(overhead < allowed * realistic);
}

TEST_CASE("what a step takes is what is reported") {
  // Against the model's own clock, so that a busy machine disturbs both alike.
  double nearest = 1;
  for (int i = 0; i < 5; ++i) {
    fake_model model(limits);
    model.busy_seconds = 100e-6;
    const auto report =
        run_bench(model, {.prefill = 0, .decode = 200, .warm_up = 0, .repetitions = 1});
    REQUIRE(report);
    const double reported = 200 / report->decode.median;
    CHECK(reported >= model.seconds);
    nearest = std::min(nearest, reported / model.seconds - 1);
  }
  MESSAGE("steps of 100 µs are reported ", nearest * 100, " % longer than they are");
  CHECK(nearest < allowed);
}

TEST_CASE("nothing is allocated while the clock runs") {
  fake_model model(limits);
  bench<fake_model> runs(model, {.prefill = 128, .decode = 64, .depth = 32});
  REQUIRE(runs.deepen());
  const std::size_t before = allocations();
  const auto prefill = runs.prefill();
  const auto decode = runs.decode();
  CHECK(allocations() == before);
  CHECK(prefill);
  CHECK(decode);
}

TEST_CASE("the limits of the machine are plausible, on every table that runs here") {
  for (const kernel::table* table : kernel::tables()) {
    if (!kernel::runs_here(*table)) continue;
    context ctx(1, *table);
    const double int8 = int8_rate(ctx, 2), f32 = f32_rate(ctx, 2);
    MESSAGE(std::string(table->name), ": ", int8 / 1e9, " int8 and ", f32 / 1e9,
            " F32 GMAC/s on one thread");
    // No machine of today is outside these; a loop that was optimised away is.
    CHECK(f32 > 1e8);
    CHECK(f32 < 1e12);
    CHECK(int8 > 1e8);
    CHECK(int8 < 4e12);
  }
}

TEST_CASE("read bandwidth is that of memory, not of a loop that was removed") {
  context ctx(2);
  const auto read = read_bandwidth(ctx, std::size_t{64} << 20, 3);
  REQUIRE(read);
  MESSAGE("read: ", *read / 1e9, " GB/s on two threads");
  CHECK(*read > 5e8);
  CHECK(*read < 2e12);
}
