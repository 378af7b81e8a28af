// SPDX-License-Identifier: MIT
/// \file
/// What is said about the machine agrees with the compiler's own idea of it and with itself.
#include <qx/platform/cpu.hpp>
#include <qx/platform/huge_buffer.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <thread>

using namespace qx::platform;

TEST_CASE("features agree with what the compiler's run-time library finds") {
#if defined(__x86_64__) && defined(__GNUC__)
  const cpu_features& f = features();
  CHECK(f.sse42 == (__builtin_cpu_supports("sse4.2") != 0));
  CHECK(f.avx == (__builtin_cpu_supports("avx") != 0));
  CHECK(f.avx2 == (__builtin_cpu_supports("avx2") != 0));
  CHECK(f.fma == (__builtin_cpu_supports("fma") != 0));
  CHECK(f.avx512f == (__builtin_cpu_supports("avx512f") != 0));
  CHECK(f.avx512bw == (__builtin_cpu_supports("avx512bw") != 0));
  CHECK(f.avx512dq == (__builtin_cpu_supports("avx512dq") != 0));
  CHECK(f.avx512vl == (__builtin_cpu_supports("avx512vl") != 0));
  CHECK(f.avx512cd == (__builtin_cpu_supports("avx512cd") != 0));
  CHECK(f.avx512_vnni == (__builtin_cpu_supports("avx512vnni") != 0));
  CHECK(f.avx512_bf16 == (__builtin_cpu_supports("avx512bf16") != 0));
#else
  CHECK(features() == cpu_features{});
#endif
}

TEST_CASE("there is at least one thread, and no more than processors") {
  CHECK(hardware_threads() >= 1);
  CHECK(hardware_threads() <= std::max(std::thread::hardware_concurrency(), 1u));
}

TEST_CASE("touching memory shows in the memory of the process") {
  constexpr std::size_t bytes = std::size_t{64} << 20;
  const memory_use before = process_memory();
  if (before.resident == 0) return;  // the system does not tell
  CHECK(before.peak >= before.resident);
  auto buffer = huge_buffer::create(bytes);
  REQUIRE(buffer.has_value());
  std::ranges::fill(buffer->bytes(), std::byte{1});
  const memory_use during = process_memory();
  CHECK(during.resident > before.resident + bytes / 2);
  *buffer = huge_buffer();
  const memory_use after = process_memory();
  CHECK(after.resident < during.resident - bytes / 2);
  CHECK(after.peak >= during.resident - bytes / 4);
}
