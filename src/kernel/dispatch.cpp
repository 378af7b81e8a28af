// SPDX-License-Identifier: MIT
/// \file
/// Choice of the function table at run time.
#include <qx/kernel/table.hpp>

#include <cstdlib>

namespace qx::kernel {

namespace baseline {
extern const table arch_table;
}
#if defined(QX_HAS_ARCH_AVX2)
namespace avx2 {
extern const table arch_table;
}
namespace avx512 {
extern const table arch_table;
}
namespace avx512_vnni {
extern const table arch_table;
}
#endif

namespace {

constexpr std::array all{
    &baseline::arch_table,
#if defined(QX_HAS_ARCH_AVX2)
    &avx2::arch_table,
    &avx512::arch_table,
    &avx512_vnni::arch_table,
#endif
};

#if defined(QX_HAS_ARCH_AVX2)
bool has_avx2() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("f16c");
}
bool has_avx512() {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512cd");
}
#endif

}  // namespace

std::span<const table* const> tables() { return all; }

bool runs_here([[maybe_unused]] const table& t) {
#if defined(QX_HAS_ARCH_AVX2)
  if (&t == &avx2::arch_table) return has_avx2();
  if (&t == &avx512::arch_table) return has_avx512();
  if (&t == &avx512_vnni::arch_table)
    return has_avx512() && __builtin_cpu_supports("avx512vnni") &&
           __builtin_cpu_supports("avx512bf16");
#endif
  return true;
}

const table& best_table() {
  if (const char* name = std::getenv("QX_ARCH"))
    if (const table* wanted = find_table(name); wanted != nullptr && runs_here(*wanted))
      return *wanted;
  const table* best = all.front();
  for (const table* candidate : all)
    if (runs_here(*candidate)) best = candidate;
  return *best;
}

const table* find_table(std::string_view name) {
  for (const table* candidate : all)
    if (candidate->name == name) return candidate;
  return nullptr;
}

}  // namespace qx::kernel
