// SPDX-License-Identifier: MIT
/// \file
/// What drawing a token costs, chain by chain, beside reading the logits once, which no sampler can
/// undercut. One thread, logits in cache. Each chain is verified before it is timed.
#include <qx/core/message.hpp>
#include <qx/run/chain.hpp>
#include <qx/run/sampler.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <span>
#include <src/run/arch_ops.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace qx;

enum class shape { flat, typical, peaked };

/// N(0, 1): nearly all tokens matter. N(0, 3): tens of thousands do. Peaked: a dozen have 95 %.
class logits {
 public:
  logits(std::size_t n, shape s) : memory_(n + 16) {
    std::mt19937_64 random(7);
    std::normal_distribution<float> normal(0.0f, s == shape::flat ? 1.0f : 3.0f);
    for (std::size_t i = 0; i < n; ++i)
      row()[i] = normal(random);
    // Likelihoods that fall with the square of the rank, above all the others.
    if (s == shape::peaked)
      for (int rank = 1; rank <= 300; ++rank)
        row()[random() % n] = 22.0f - 2.0f * std::log(static_cast<float>(rank));
    size_ = n;
  }
  /// Aligned like the logits of a model.
  [[nodiscard]] float* row() {
    void* p = memory_.data();
    std::size_t space = memory_.size() * sizeof(float);
    return static_cast<float*>(std::align(64, 4, p, space));
  }
  [[nodiscard]] std::span<const float> view() { return {row(), size_}; }

 private:
  std::vector<float> memory_;
  std::size_t size_ = 0;
};

sampler make(std::string_view chain, std::size_t vocabulary) {
  auto rules = parse_rules(chain, {.vocabulary = vocabulary});
  if (!rules) {
    std::fprintf(stderr, "%s\n", rules.error().message.c_str());
    std::exit(1);
  }
  return sampler::make(std::move(*rules), 1, vocabulary).value();
}

void verify(bool holds, std::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "wrong result: %.*s\n", static_cast<int>(what.size()), what.data());
  std::exit(1);
}

/// The likeliest token first, sums to one, and with top-p no token too few or too many by the
/// definition in double.
void verify_chain(std::string_view chain, std::span<const float> x) {
  sampler s = make(chain, x.size());
  const auto all = s.distribution(x).value();
  verify(all.front().token == std::ranges::max_element(x) - x.begin(), chain);
  double sum = 0.0;
  for (const likelihood& l : all)
    sum += static_cast<double>(l.probability);
  verify(std::abs(sum - 1.0) < 1e-5, chain);
  if (!chain.starts_with("top_p=0.95")) return;
  const auto weight = [&](float v) { return std::exp(static_cast<double>(v)); };
  double total = 0.0, kept = 0.0;
  for (const float v : x)
    total += weight(v);
  for (const likelihood& l : all)
    kept += weight(x[static_cast<std::size_t>(l.token)]);
  const double last = weight(x[static_cast<std::size_t>(all.back().token)]);
  verify(kept >= (0.95 - 2e-5) * total && kept - last < 0.95 * total, chain);
}

void run_chain(benchmark::State& state, std::string_view chain, std::size_t n, shape s) {
  logits x(n, s);
  verify_chain(chain, x.view());
  sampler draws = make(chain, n);
  for (auto _ : state)
    benchmark::DoNotOptimize(draws.draw(x.view()).value());
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * n * sizeof(float)));
}

void run_limit(benchmark::State& state, std::size_t n) {
  logits x(n, shape::flat);
  const auto* const loops = run::ops_of(kernel::best_table()).machine;
  const auto bytes = std::as_bytes(x.view());
  for (auto _ : state)
    benchmark::DoNotOptimize(loops->read(bytes));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes.size()));
}

struct row {
  std::string_view name, chain;
  shape logits_shape;
};

constexpr row rows[]{
    {"greedy", "greedy", shape::flat},
    {"temperature", "temperature=0.8", shape::flat},
    {"default", "top_k=40; top_p=0.95; min_p=0.05; temperature=0.8", shape::flat},
    {"top_p/flat", "top_p=0.95; temperature=0.8", shape::flat},
    {"top_p/typical", "top_p=0.95; temperature=0.8", shape::typical},
    {"top_p/peaked", "top_p=0.95; temperature=0.8", shape::peaked},
    {"min_p/flat", "min_p=0.05; temperature=0.8", shape::flat},
    {"min_p/typical", "min_p=0.05; temperature=0.8", shape::typical},
    {"typical_p", "top_k=40; typical=0.9; temperature=0.8", shape::typical},
    {"penalties", "penalties repeat=1.1; top_k=40; temperature=0.8", shape::typical},
};

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  for (const std::size_t n : {std::size_t{32000}, std::size_t{128256}}) {
    const std::string suffix = message("/", n);
    benchmark::RegisterBenchmark(message("reading the logits", suffix).c_str(),
                                 [n](benchmark::State& s) { run_limit(s, n); });
    for (const row& r : rows)
      benchmark::RegisterBenchmark((message(r.name, suffix)).c_str(), [r, n](benchmark::State& s) {
        run_chain(s, r.chain, n, r.logits_shape);
      });
  }
  benchmark::RunSpecifiedBenchmarks();
}
