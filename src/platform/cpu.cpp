// SPDX-License-Identifier: MIT
#include <qx/platform/cpu.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>
#if defined(__linux__)
#include <sched.h>
#endif
#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace qx::platform {
namespace {

#if defined(__x86_64__) || defined(__i386__)

constexpr bool bit(std::uint32_t word, int index) { return ((word >> index) & 1u) != 0; }

struct registers {
  std::uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
};

/// All zeros for a leaf that the processor does not have.
registers cpuid(std::uint32_t leaf, std::uint32_t subleaf) {
  registers r;
  if (__get_cpuid_max(leaf & 0x80000000u, nullptr) < leaf) return {};
  __cpuid_count(leaf, subleaf, r.eax, r.ebx, r.ecx, r.edx);
  return r;
}

/// Which register files the operating system saves on a task switch.
std::uint32_t saved_registers() {
  std::uint32_t low = 0, high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

cpu_features ask() {
  cpu_features f;
  const registers basic = cpuid(1, 0), extended = cpuid(7, 0), more = cpuid(7, 1);
  f.sse42 = bit(basic.ecx, 20);
  if (!bit(basic.ecx, 27)) return f;  // without OSXSAVE, xgetbv itself would fault
  constexpr std::uint32_t ymm = 0b110, zmm = 0b1110'0110;
  const std::uint32_t saved = saved_registers();
  if ((saved & ymm) != ymm) return f;
  f.avx = bit(basic.ecx, 28);
  f.fma = bit(basic.ecx, 12);
  f.f16c = bit(basic.ecx, 29);
  f.avx2 = bit(extended.ebx, 5);
  f.avx_vnni = bit(more.eax, 4);
  if ((saved & zmm) != zmm) return f;
  f.avx512f = bit(extended.ebx, 16);
  f.avx512dq = bit(extended.ebx, 17);
  f.avx512cd = bit(extended.ebx, 28);
  f.avx512bw = bit(extended.ebx, 30);
  f.avx512vl = bit(extended.ebx, 31);
  f.avx512_vnni = bit(extended.ecx, 11);
  f.avx512_bf16 = bit(more.eax, 5);
  return f;
}

#elif defined(__aarch64__) && defined(__linux__)

cpu_features ask() {
  cpu_features f;
  f.neon_dotprod = (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
  return f;
}

#else

cpu_features ask() { return {}; }

#endif

std::size_t allowed_processors() {
#if defined(__linux__)
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) == 0)
    return static_cast<std::size_t>(std::max(CPU_COUNT(&set), 1));
#endif
  return std::max(std::thread::hardware_concurrency(), 1u);
}

/// Processors' worth of time that a container may use, rounded up; 0 where nothing limits it.
std::size_t quota_processors() {
  std::ifstream file("/sys/fs/cgroup/cpu.max");
  std::string quota;
  std::size_t period = 0;
  if (!(file >> quota >> period) || period == 0 || quota.empty() || quota.size() > 15) return 0;
  if (!std::ranges::all_of(quota, [](char c) { return c >= '0' && c <= '9'; })) return 0;
  return (std::stoull(quota) + period - 1) / period;
}

}  // namespace

const cpu_features& features() {
  static const cpu_features found = ask();
  return found;
}

std::size_t hardware_threads() {
  static const std::size_t quota = quota_processors();
  const std::size_t allowed = allowed_processors();
  return quota == 0 ? allowed : std::min(allowed, quota);
}

std::size_t page_bytes() {
  static const long bytes = sysconf(_SC_PAGESIZE);
  return bytes > 0 ? static_cast<std::size_t>(bytes) : 4096;
}

memory_use process_memory() {
  memory_use use;
  std::ifstream statm("/proc/self/statm");
  std::size_t pages_mapped = 0, pages_resident = 0;
  if (statm >> pages_mapped >> pages_resident) use.resident = pages_resident * page_bytes();
  rusage spent{};
  if (getrusage(RUSAGE_SELF, &spent) == 0) {
#if defined(__APPLE__)
    use.peak = static_cast<std::size_t>(spent.ru_maxrss);
#else
    use.peak = static_cast<std::size_t>(spent.ru_maxrss) * 1024;
#endif
  }
  // The kernel counts the two at different moments, so that the peak can lag behind by some pages.
  use.peak = std::max(use.peak, use.resident);
  return use;
}

}  // namespace qx::platform
