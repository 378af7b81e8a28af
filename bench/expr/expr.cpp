// SPDX-License-Identifier: MIT
/// \file
/// Expressions against the contenders and the limits of the machine. Results are verified before
/// they are timed; contenders take turns, so that a machine that slows down does so for all.
///
/// usage: bench_expr --table [WORD] [ROUNDS]     the table of docs/performance.md
///        bench_expr --benchmark_filter=softmax  rows of Google Benchmark
#include "../matmul/limits.hpp"
#include "problem.hpp"

#include <qx/platform/huge_buffer.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <vector>

namespace {

using namespace qx::bench;

std::vector<contender> contenders() {
  contender fused = qx_contender(), steps{"steps"};
  add_layer(fused, steps);
  return {fused,
          steps,
          hand_contender(),
          plain_contender(),
          eigen_contender(),
          xtensor_contender(),
          blas_contender()};
}

double seconds_of(function f, const job& j, std::size_t calls) {
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < calls; ++i)
    f(j);
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
  return time.count() / static_cast<double>(calls);
}

/// One contender in one row: its best and its median time of all rounds.
struct entry {
  const contender* who;
  function run;
  std::size_t calls = 1;
  std::vector<double> times{};
  [[nodiscard]] double best() const { return *std::min_element(times.begin(), times.end()); }
};

/// Those that can do the task and do it right, each warmed up by its verification.
std::vector<entry> entrants(const std::vector<contender>& all, const problem& p, arena& memory) {
  constexpr double least = 1e-3;  // seconds of one measurement: the clock and an interrupt vanish
  std::vector<entry> result;
  for (const contender& c : all) {
    const function f = c[p.what];
    if (f == nullptr) continue;
    std::ranges::fill(memory.out(), std::numeric_limits<float>::quiet_NaN());
    f(memory.get());
    if (!memory.right()) {
      std::fprintf(stderr, "%s: wrong result of %s\n", p.name.c_str(), std::string(c.name).c_str());
      std::exit(1);
    }
    const double once = std::min(seconds_of(f, memory.get(), 1), seconds_of(f, memory.get(), 1));
    result.push_back({&c, f, static_cast<std::size_t>(least / std::max(once, 1e-9)) + 1});
  }
  return result;
}

/// Seconds that the machine's limit allows: multiply-adds in registers, or reading as many bytes as
/// the task reads and writes, from whichever cache holds them.
class limits {
 public:
  double least_seconds(const problem& p, const arena& memory) {
    qx::platform::thread_pool& pool = p.threads == 1 ? one_ : two_;
    if (p.what == task::norm_matmuls) return 0;
    if (memory.multiply_adds() > 0) {
      double& peak = peak_[p.threads - 1];
      if (peak == 0) peak = std::max(measure_peaks(pool).fma512, measure_peaks(pool).fma256);
      return memory.multiply_adds() * 1e-9 / peak;
    }
    auto buffer = qx::platform::huge_buffer::create(
        static_cast<std::size_t>(memory.bytes()) / 512 * 512 + 4096);
    if (!buffer) return 0;
    const std::span<std::byte> bytes = buffer->bytes();
    std::ranges::fill(bytes, std::byte{1});  // pages that were never written share one page
    double read = 0;
    for (int i = 0; i < 5; ++i)
      read = std::max(read, read_rate(pool, bytes, bytes.size()));
    return memory.bytes() * 1e-9 / read;
  }

 private:
  qx::platform::thread_pool one_{1}, two_{2};
  double peak_[2] = {};
};

void print_row(const problem& p, const std::vector<contender>& all,
               const std::vector<entry>& entries, double least) {
  const auto own = std::ranges::find(entries, "qx", [](const entry& e) { return e.who->name; });
  const double mine = own->best();
  std::printf("| %s | %.3g |", p.name.c_str(), mine * 1e6);
  for (const contender& c : all) {
    if (c.name == "qx") continue;
    const auto e = std::ranges::find(entries, c.name, [](const entry& x) { return x.who->name; });
    if (e == entries.end())
      std::printf(" |");
    else
      std::printf(" %.2f |", e->best() / mine);
  }
  if (least > 0)
    std::printf(" %.0f %% |\n", 100 * least / mine);
  else
    std::printf(" |\n");
  std::fflush(stdout);
}

int table(const std::vector<contender>& all, std::string_view word, std::size_t rounds) {
  limits machine;
  std::printf("Times of the others divided by qx's: above 1 qx is faster. Best of %zu rounds, in "
              "turns.\n\n",
              rounds);
  std::printf("| task | qx, µs |");
  for (const contender& c : all)
    if (c.name != "qx") std::printf(" %s |", std::string(c.name).c_str());
  std::printf(" of the limit |\n|---|---|");
  for (std::size_t i = 1; i < all.size(); ++i)
    std::printf("---|");
  std::printf("---|\n");
  for (const problem& p : problems()) {
    if (p.name.find(word) == std::string::npos) continue;
    arena memory(p);
    std::vector<entry> entries = entrants(all, p, memory);
    for (std::size_t round = 0; round < rounds; ++round)
      for (entry& e : entries)
        e.times.push_back(seconds_of(e.run, memory.get(), e.calls));
    print_row(p, all, entries, machine.least_seconds(p, memory));
  }
  return 0;
}

void register_rows(const std::vector<contender>& all) {
  for (const problem& p : problems())
    for (const contender& c : all) {
      const function f = c[p.what];
      if (f == nullptr) continue;
      benchmark::RegisterBenchmark((p.name + "/" + std::string(c.name)).c_str(),
                                   [p, f](benchmark::State& state) {
                                     arena memory(p);
                                     f(memory.get());
                                     if (!memory.right())
                                       return state.SkipWithError("wrong result");
                                     for (auto _ : state)
                                       f(memory.get());
                                     state.SetBytesProcessed(static_cast<std::int64_t>(
                                         memory.bytes() * static_cast<double>(state.iterations())));
                                   })
          ->UseRealTime();
    }
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<contender> all = contenders();
  if (argc > 1 && std::string_view(argv[1]) == "--table")
    return table(all, argc > 2 ? argv[2] : "", argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 9);
  register_rows(all);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
