// SPDX-License-Identifier: MIT
/// \file
/// Loops that do nothing but the instruction they measure.
#include "limits.hpp"

#include <qx/platform/cpu.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace qx::bench {
namespace {

/// Seconds of the fastest of several runs.
template <class F>
double fastest(int runs, F f) {
  double best = 1e9;
  for (int i = 0; i < runs; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    f();
    best = std::min(
        best, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  return best;
}

#if defined(__x86_64__)

constexpr int rounds = 20'000;
constexpr int chains = 12;  // independent sums, so that latency does not show

// The empty asm statement makes the compiler believe that each sum is used and changed.
#define QX_PEAK_LOOP(name, isa, vector, zero, step)                                                \
  __attribute__((target(isa))) void name() {                                                       \
    vector sum[chains], a = zero, b = zero;                                                        \
    for (vector & s : sum)                                                                         \
      s = zero;                                                                                    \
    asm volatile("" : "+x"(a), "+x"(b));                                                           \
    for (int i = 0; i < rounds; ++i) {                                                             \
      _Pragma("GCC unroll 12") for (vector & s : sum) s = step;                                    \
    }                                                                                              \
    for (vector & s : sum)                                                                         \
      asm volatile("" : "+x"(s));                                                                  \
  }
QX_PEAK_LOOP(dot512, "avx512f,avx512bw,avx512vnni", __m512i, _mm512_set1_epi8(1),
             _mm512_dpbusd_epi32(s, a, b))
QX_PEAK_LOOP(dot256, "avx2", __m256i, _mm256_set1_epi8(1),
             _mm256_add_epi16(s, _mm256_maddubs_epi16(a, s)))
QX_PEAK_LOOP(bf16_512, "avx512f,avx512bw,avx512bf16", __m512, _mm512_set1_ps(1.0f),
             _mm512_dpbf16_ps(s, (__m512bh)a, (__m512bh)b))
QX_PEAK_LOOP(fma512, "avx512f", __m512, _mm512_set1_ps(1.0f), _mm512_fmadd_ps(a, b, s))
QX_PEAK_LOOP(fma256, "avx2,fma", __m256, _mm256_set1_ps(1.0f), _mm256_fmadd_ps(a, b, s))
#undef QX_PEAK_LOOP

double rate(platform::thread_pool& pool, void (*loop)(), double macs_per_step) {
  const double seconds =
      fastest(500, [&] { pool.parallel([&](std::size_t, std::size_t) { loop(); }); });
  return static_cast<double>(pool.size()) * rounds * chains * macs_per_step / seconds * 1e-9;
}

#endif

/// Touches every line of `memory` with the widest loads there are, and does nothing else.
#if defined(__x86_64__)
__attribute__((target("avx512f"))) void read512(std::span<const std::byte> memory) {
  for (std::size_t i = 0; i + 512 <= memory.size(); i += 512) {
    _Pragma("GCC unroll 8") for (std::size_t line = 0; line < 512; line += 64) {
      const __m512i value = _mm512_loadu_si512(memory.data() + i + line);
      asm volatile("" : : "v"(value));
    }
  }
}
#endif
void read_lines(std::span<const std::byte> memory) {
#if defined(__x86_64__)
  if (platform::features().avx512f) return read512(memory);
#endif
  for (std::size_t i = 0; i + 64 <= memory.size(); i += 8) {
    std::uint64_t value;
    std::memcpy(&value, memory.data() + i, sizeof value);
    asm volatile("" : : "r"(value));
  }
}

}  // namespace

peak_rates measure_peaks([[maybe_unused]] platform::thread_pool& pool) {
  peak_rates r;
#if defined(__x86_64__)
  const platform::cpu_features& cpu = platform::features();
  if (cpu.avx512_vnni) r.dot512 = rate(pool, dot512, 64);
  if (cpu.avx2) r.dot256 = rate(pool, dot256, 32);
  if (cpu.avx512_bf16) r.bf16_512 = rate(pool, bf16_512, 32);
  if (cpu.avx512f) r.fma512 = rate(pool, fma512, 16);
  if (cpu.avx2 && cpu.fma) r.fma256 = rate(pool, fma256, 8);
#endif
  return r;
}

double read_rate(platform::thread_pool& pool, std::span<const std::byte> memory,
                 std::size_t piece) {
  std::size_t begin = 0;
  const double seconds = fastest(static_cast<int>(4 * (memory.size() / piece)), [&] {
    if (begin + piece > memory.size()) begin = 0;
    pool.parallel([&](std::size_t thread, std::size_t count) {
      const auto share = platform::split(piece, 4096, thread, count);
      read_lines(memory.subspan(begin + share.first, share.size()));
    });
    begin += piece;
  });
  return static_cast<double>(piece) / seconds * 1e-9;
}

}  // namespace qx::bench
