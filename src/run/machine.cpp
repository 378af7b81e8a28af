// SPDX-License-Identifier: MIT
#include "arch_ops.hpp"

#include <qx/platform/huge_buffer.hpp>
#include <qx/platform/thread_pool.hpp>
#include <qx/run/machine.hpp>
#include <qx/run/stopwatch.hpp>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <span>
#include <utility>

namespace qx {
namespace {

/// Where results go that nobody wants.
std::atomic<std::int32_t> sink;

/// The shortest time that all threads took for f(thread, count).
template <class F>
double best_of(context& ctx, std::size_t repetitions, F f) {
  double best = 0.0;
  for (std::size_t i = 0; i < std::max<std::size_t>(repetitions, 1); ++i) {
    const stopwatch watch;
    if (ctx.pool() != nullptr)
      ctx.pool()->parallel(f);
    else
      f(std::size_t{0}, std::size_t{1});
    const double seconds = watch.seconds();
    best = i == 0 ? seconds : std::min(best, seconds);
  }
  return best;
}

double rate_of(context& ctx, const run::arithmetic_loop& loop, std::size_t repetitions) {
  // A few milliseconds: far more than it takes to wake threads and to read a clock.
  constexpr std::size_t rounds = std::size_t{1} << 20;
  const double seconds = best_of(ctx, repetitions, [&](std::size_t, std::size_t) {
    sink.fetch_xor(loop.run(rounds), std::memory_order_relaxed);
  });
  return static_cast<double>(loop.macs * rounds * ctx.threads()) / seconds;
}

}  // namespace

result<double> read_bandwidth(context& ctx, std::size_t bytes, std::size_t repetitions) {
  constexpr std::size_t grain = 4096;
  bytes = std::max(bytes / grain, ctx.threads()) * grain;
  const auto buffer = platform::huge_buffer::create(bytes);
  if (!buffer) return std::unexpected(buffer.error());
  const auto share = [&](std::size_t thread, std::size_t count) {
    const auto part = platform::split(bytes, grain, thread, count);
    return buffer->bytes().subspan(part.first, part.size());
  };
  // Written first, by the thread that will read it: pages that were never written share one page.
  best_of(ctx, 1, [&](std::size_t thread, std::size_t count) {
    const auto part = share(thread, count);
    std::memset(part.data(), 1, part.size());
  });
  const auto& loops = *run::ops_of(ctx.kernels()).machine;
  const double seconds = best_of(ctx, repetitions, [&](std::size_t thread, std::size_t count) {
    sink.fetch_xor(loops.read(share(thread, count)), std::memory_order_relaxed);
  });
  return static_cast<double>(bytes) / seconds;
}

double int8_rate(context& ctx, std::size_t repetitions) {
  return rate_of(ctx, run::ops_of(ctx.kernels()).machine->int8, repetitions);
}

double f32_rate(context& ctx, std::size_t repetitions) {
  return rate_of(ctx, run::ops_of(ctx.kernels()).machine->f32, repetitions);
}

result<machine_limits> measure_machine(context& ctx) {
  const auto read = read_bandwidth(ctx);
  if (!read) return std::unexpected(read.error());
  return machine_limits{*read, int8_rate(ctx), f32_rate(ctx)};
}

}  // namespace qx
