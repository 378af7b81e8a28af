// SPDX-License-Identifier: MIT
/// \file
/// Choice of the function table at run time.
#include <qx/kernel/table.hpp>
#include <qx/platform/cpu.hpp>

#include <array>
#include <cstdlib>

// The build says which archs there are: X(baseline) X(avx2) …
#define QX_DECLARE_TABLE(arch)                                                                     \
  namespace qx::kernel::arch {                                                                     \
  extern const table arch_table;                                                                   \
  }
QX_FOR_EACH_ARCH(QX_DECLARE_TABLE)
#undef QX_DECLARE_TABLE

namespace qx::kernel {

namespace {

#define QX_TABLE_ADDRESS(arch) &arch::arch_table,
constexpr std::array all{QX_FOR_EACH_ARCH(QX_TABLE_ADDRESS)};
#undef QX_TABLE_ADDRESS

bool has_avx2() {
  const platform::cpu_features& cpu = platform::features();
  return cpu.avx2 && cpu.fma && cpu.f16c;
}
bool has_avx512() {
  const platform::cpu_features& cpu = platform::features();
  return has_avx2() && cpu.avx512f && cpu.avx512bw && cpu.avx512dq && cpu.avx512vl && cpu.avx512cd;
}

}  // namespace

std::span<const table* const> tables() { return all; }

bool runs_here(const table& t) {
  if (t.name == "avx2") return has_avx2();
  if (t.name == "avx512") return has_avx512();
  if (t.name == "avx512_vnni")
    return has_avx512() && platform::features().avx512_vnni && platform::features().avx512_bf16;
  if (t.name == "neon_dotprod") return platform::features().neon_dotprod;
  return t.name == "baseline";
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
