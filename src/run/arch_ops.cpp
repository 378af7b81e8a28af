// SPDX-License-Identifier: MIT
/// \file
/// Choice of the loops of this room at run time.
#include "arch_ops.hpp"

#include <array>

// The build says which archs there are: X(baseline) X(avx2) …
#define QX_DECLARE_OPS(arch)                                                                       \
  namespace qx::run::arch {                                                                        \
  extern const arch_ops arch_table;                                                                \
  }
QX_FOR_EACH_ARCH(QX_DECLARE_OPS)
#undef QX_DECLARE_OPS

namespace qx::run {

namespace {

#define QX_OPS_ADDRESS(arch) &arch::arch_table,
constexpr std::array all{QX_FOR_EACH_ARCH(QX_OPS_ADDRESS)};
#undef QX_OPS_ADDRESS

}  // namespace

const arch_ops& ops_of(const kernel::table& kernels) {
  for (const arch_ops* candidate : all)
    if (candidate->name == kernels.name) return *candidate;
  // A table of a user's own: the set that runs everywhere gives the same results.
  return *all.front();
}

}  // namespace qx::run
