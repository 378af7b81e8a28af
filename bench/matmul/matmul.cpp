// SPDX-License-Identifier: MIT
/// \file
/// Weights [rows, k] times activations [columns, k]: every type × shape × batch × arch, the rows in
/// as many static shares as there are threads (QX_THREADS, default 2).
///
/// Weights come from memory: copies of the matrix are used in turn until the cache has forgotten
/// the first. Rows show GMAC/s and GB/s of weights over all calls, and of the fastest call the
/// share of the arch's own peak and of the read bandwidth, both of these the fastest of short runs
/// too: a busy machine then disturbs all sides alike.
#include "limits.hpp"

#include <qx/kernel/table.hpp>
#include <qx/platform/huge_buffer.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <new>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace qx;

struct shape {
  std::size_t rows, k;
};
constexpr shape shapes[] = {{2048, 2048}, {5632, 2048}, {2048, 5632}};
/// Columns: a few, or, where QX_EVERY_BATCH is set, each number up to 64.
std::vector<std::size_t> batches() {
  if (std::getenv("QX_EVERY_BATCH") == nullptr) return {1, 4, 8, 64, 256};
  std::vector<std::size_t> every(64);
  for (std::size_t i = 0; i < every.size(); ++i)
    every[i] = i + 1;
  return every;
}
constexpr std::size_t cold_bytes = std::size_t{160} << 20;

platform::thread_pool& pool() {
  const char* threads = std::getenv("QX_THREADS");
  static platform::thread_pool p(threads ? std::strtoul(threads, nullptr, 10) : 2);
  return p;
}
const bench::peak_rates& peaks() {
  static const bench::peak_rates r = bench::measure_peaks(pool());
  return r;
}

/// The most that the instruction this kernel is built on could do.
double peak_of(const kernel::table& t, kernel::activation input) {
  const bool dot = kernel::is_int8(input);
  if (input == kernel::activation::bf16) return t.name == "avx512_vnni" ? peaks().bf16_512 : 0;
  if (t.name == "avx512_vnni" && dot) return peaks().dot512;
  if (t.name == "avx512_vnni" || t.name == "avx512") return dot ? 0 : peaks().fma512;
  if (t.name == "avx2") return dot ? peaks().dot256 : peaks().fma256;
  return 0;
}

/// Random blocks; scales must be finite and no subnormals, which no bytes from 0x40 to 0x6f make.
std::vector<std::byte> random_rows(dtype type, shape s, std::mt19937& random) {
  std::vector<std::byte> r(bytes_of(type, s.rows * s.k));
  for (std::byte& b : r)
    b = static_cast<std::byte>((random() & 0x2fu) | 0x40u);
  return r;
}

struct problem {
  const kernel::matmul_ops& ops;
  shape s;
  std::size_t columns, panels, panel_bytes, copies, x_stride;
  platform::huge_buffer weights, activations, out;

  void run(std::size_t copy) {
    pool().parallel([&](std::size_t thread, std::size_t count) {
      const auto share = platform::split(panels, 1, thread, count);
      if (share.empty()) return;
      ops.tile(weights.data() + (copy * panels + share.first) * panel_bytes, share.size(), s.k,
               activations.data(), x_stride, columns,
               reinterpret_cast<float*>(out.data()) + share.first * kernel::panel_rows,
               panels * kernel::panel_rows);
    });
  }
};

platform::huge_buffer memory(std::size_t bytes) {
  auto r = platform::huge_buffer::create(bytes);
  if (!r) throw std::bad_alloc();
  return std::move(*r);
}

/// A few outputs against double precision: within 2 % of Σ |w · x|, which eight bits never miss.
bool is_right(problem& p, dtype type, const std::vector<std::byte>& rows,
              const std::vector<float>& x) {
  p.run(p.copies - 1);
  const auto* out = reinterpret_cast<const float*>(p.out.data());
  std::vector<float> w(p.s.k);
  for (const std::size_t row : {std::size_t{0}, p.s.rows / 2 + 3, p.s.rows - 1}) {
    p.ops.decode(rows.data() + row * bytes_of(type, p.s.k), p.s.k, w.data());
    for (const std::size_t column : {std::size_t{0}, p.columns - 1}) {
      double value = 0, size = 1e-30;
      for (std::size_t i = 0; i < p.s.k; ++i) {
        const double product = static_cast<double>(w[i]) * x[column * p.s.k + i];
        value += product;
        size += std::abs(product);
      }
      const double error = std::abs(out[column * p.panels * kernel::panel_rows + row] - value);
      if (!(error <= 0.02 * size)) return false;
    }
  }
  return true;
}

/// Random weights in enough copies, and Gaussian activations.
problem make_problem(const kernel::table& t, dtype type, shape s, std::size_t columns,
                     const std::vector<std::byte>& rows, const std::vector<float>& x) {
  const kernel::matmul_ops& ops = t.matmul[static_cast<std::size_t>(type)];
  const kernel::activation_ops& input = t.activations[static_cast<std::size_t>(ops.input)];
  const std::size_t panels = s.rows / kernel::panel_rows, panel = ops.panel_bytes(s.k);
  const std::size_t copies = cold_bytes / (panels * panel) + 1;
  problem p{ops, s, columns, panels, panel, copies, input.row_bytes(s.k), {}, {}, {}};
  p.weights = memory(copies * panels * panel);
  p.activations = memory(columns * p.x_stride);
  p.out = memory(columns * s.rows * sizeof(float));
  const std::size_t stride = bytes_of(type, s.k);
  for (std::size_t i = 0; i < panels; ++i)
    ops.pack(rows.data() + i * kernel::panel_rows * stride, stride, kernel::panel_rows, s.k,
             p.weights.data() + i * panel);
  for (std::size_t c = 1; c < copies; ++c)
    std::memcpy(p.weights.data() + c * panels * panel, p.weights.data(), panels * panel);
  for (std::size_t c = 0; c < columns; ++c)
    input.write(x.data() + c * s.k, s.k, p.activations.data() + c * p.x_stride);
  return p;
}

void matmul(benchmark::State& state, const kernel::table& t, dtype type, shape s,
            std::size_t columns) {
  std::mt19937 random(1);
  const auto rows = random_rows(type, s, random);
  std::normal_distribution<float> normal;
  std::vector<float> x(columns * s.k);
  for (float& v : x)
    v = normal(random);
  problem p = make_problem(t, type, s, columns, rows, x);
  if (!is_right(p, type, rows, x)) return state.SkipWithError("wrong result");

  const std::size_t matrix = p.panels * p.panel_bytes;
  const double read = bench::read_rate(pool(), p.weights.bytes(), matrix);
  std::size_t copy = 0;
  double best = 1e9;
  for (auto _ : state) {
    const auto begin = std::chrono::steady_clock::now();
    p.run(copy++ % p.copies);
    const auto time = std::chrono::steady_clock::now() - begin;
    const double seconds = std::chrono::duration<double>(time).count();
    best = std::min(best, seconds);
    state.SetIterationTime(seconds);
  }
  const double macs = static_cast<double>(s.rows * s.k * columns) * 1e-9;
  const double bytes = static_cast<double>(matrix) * 1e-9;
  const auto calls = static_cast<double>(state.iterations());
  state.counters["GMAC/s"] = benchmark::Counter(macs * calls, benchmark::Counter::kIsRate);
  state.counters["GB/s"] = benchmark::Counter(bytes * calls, benchmark::Counter::kIsRate);
  state.counters["best_GMAC/s"] = macs / best;
  if (const double peak = peak_of(t, p.ops.input); peak > 0)
    state.counters["best_of_peak"] = macs / best / peak;
  state.counters["read_GB/s"] = read;
  state.counters["best_of_read"] = bytes / best / read;
}

}  // namespace

int main(int argc, char** argv) {
  for (const kernel::table* t : kernel::tables()) {
    if (!kernel::runs_here(*t)) continue;
    for (std::size_t type = 0; is_weight(static_cast<dtype>(type)); ++type)
      for (const shape s : shapes)
        for (const std::size_t columns : batches()) {
          const dtype d = static_cast<dtype>(type);
          const std::string row = std::string(name(d)) + "/" + std::to_string(s.rows) + "x" +
                                  std::to_string(s.k) + "/batch:" + std::to_string(columns) + "/" +
                                  std::string(t->name);
          benchmark::RegisterBenchmark(
              row.c_str(), [=](benchmark::State& state) { matmul(state, *t, d, s, columns); })
              ->UseManualTime()
              ->MinTime(0.3)
              ->Unit(benchmark::kMicrosecond);
        }
  }
  benchmark::AddCustomContext("threads", std::to_string(pool().size()));
  benchmark::AddCustomContext("peak_GMAC/s vpdpbusd512", std::to_string(peaks().dot512));
  benchmark::AddCustomContext("peak_GMAC/s vpmaddubsw256", std::to_string(peaks().dot256));
  benchmark::AddCustomContext("peak_GMAC/s vdpbf16ps512", std::to_string(peaks().bf16_512));
  benchmark::AddCustomContext("peak_GMAC/s fma512", std::to_string(peaks().fma512));
  benchmark::AddCustomContext("peak_GMAC/s fma256", std::to_string(peaks().fma256));
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
