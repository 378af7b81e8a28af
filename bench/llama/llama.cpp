// SPDX-License-Identifier: MIT
/// \file
/// Whole steps of llamas with random weights: shape × type × tokens of one step, of which the last
/// gets logits (1: a decoded token, 2…64: small batches, 256: a prompt). Rows show tokens a second,
/// the share of the multiply-adds and of the read bandwidth that the machine gives, measured with
/// the same threads (QX_THREADS, default 2) when a model is made.
///
/// usage: bench_llama --benchmark_filter='tinyllama-1.1b/q4_0/'
#include "synthetic.hpp"

#include <qx/model/batch.hpp>
#include <qx/run/machine.hpp>

#include <benchmark/benchmark.h>

#include <memory>
#include <models/llama/model.hpp>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace qx;
using namespace qx::measuring;

constexpr std::size_t steps[] = {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 256};
constexpr dtype types[] = {dtype::q4_0, dtype::q8_0, dtype::q4_k, dtype::q6_k,
                           dtype::q5_k, dtype::bf16, dtype::f16,  dtype::f32};
constexpr std::string_view shapes[] = {"llama-134m", "tinyllama-1.1b"};

/// A model with what it is measured against.
struct subject {
  platform::huge_buffer image;
  gguf::file file;
  llama::model model;
  machine_limits machine;

  explicit subject(const std::string& kind)
      : image(make_image(kind)), file(or_throw(gguf::file::parse(image.bytes(), kind))),
        model(or_throw(llama::model::load(file, {.threads = threads(), .context = 512}))),
        machine(or_throw(measure_machine(model.runtime()))) {}

  /// Seconds that the multiply-adds of a step take at the machine's peak.
  [[nodiscard]] double least_seconds(std::size_t tokens) {
    double out = 0;
    for (const gguf::tensor_info& t : file.tensors()) {
      const bool output = t.name == "output.weight";
      if (t.rank < 2 || !(output || t.name.starts_with("blk."))) continue;
      const auto& ops = model.runtime().kernels().matmul[static_cast<std::size_t>(t.type)];
      const double rate =
          kernel::is_int8(ops.input) ? machine.int8_macs_per_second : machine.f32_macs_per_second;
      out += static_cast<double>(t.elements() * (output ? 1 : tokens)) / rate;
    }
    return out;
  }
};

/// One model at a time: rows of the same model follow each other.
subject& subject_of(const std::string& kind) {
  static std::string name;
  static std::unique_ptr<subject> current;
  if (name != kind) {
    current.reset();
    current = std::make_unique<subject>(kind);
    name = kind;
  }
  return *current;
}

void run(benchmark::State& state, const std::string& kind, std::size_t count) {
  subject& s = subject_of(kind);
  std::vector<token_id> tokens(count);
  std::vector<std::int32_t> positions(count), sequences(count, 0);
  for (std::size_t i = 0; i < count; ++i)
    tokens[i] = static_cast<token_id>((i * 7919 + 13) % s.model.limits().vocabulary);
  std::iota(positions.begin(), positions.end(), 0);
  const std::int32_t last = static_cast<std::int32_t>(count - 1);
  for (auto _ : state) {
    s.model.truncate(0, 0);
    const auto logits = s.model.forward({tokens, positions, sequences, {&last, 1}});
    if (!logits) return state.SkipWithError(logits.error().message.c_str());
    benchmark::DoNotOptimize(logits->elements().data());
  }
  using benchmark::Counter;
  const auto per_second = Counter::kIsIterationInvariantRate;
  const double weights = static_cast<double>(s.model.memory().weights);
  state.counters["tokens/s"] = Counter(static_cast<double>(count), per_second);
  state.counters["of_peak"] = Counter(s.least_seconds(count), per_second);
  state.counters["of_read"] = Counter(weights / s.machine.read_bytes_per_second, per_second);
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  for (const std::string_view shape : shapes)
    for (const dtype type : types)
      for (const std::size_t count : steps) {
        const std::string kind = message(shape, ':', name(type));
        benchmark::RegisterBenchmark(
            message(shape, '/', name(type), '/', count).c_str(),
            [kind, count](benchmark::State& state) { run(state, kind, count); })
            ->UseRealTime()
            ->Unit(benchmark::kMillisecond);
      }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
