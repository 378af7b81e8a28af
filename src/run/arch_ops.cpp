// SPDX-License-Identifier: MIT
/// \file
/// Choice of the loops of this room at run time.
#include "arch_ops.hpp"

#include <array>

namespace qx::run {

#if defined(QX_HAS_ARCH_BASELINE)
namespace baseline {
extern const arch_ops arch_table;
}
#endif
#if defined(QX_HAS_ARCH_AVX2)
namespace avx2 {
extern const arch_ops arch_table;
}
#endif
#if defined(QX_HAS_ARCH_AVX512)
namespace avx512 {
extern const arch_ops arch_table;
}
#endif
#if defined(QX_HAS_ARCH_AVX512_VNNI)
namespace avx512_vnni {
extern const arch_ops arch_table;
}
#endif

namespace {

constexpr std::array all{
#if defined(QX_HAS_ARCH_BASELINE)
    &baseline::arch_table,
#endif
#if defined(QX_HAS_ARCH_AVX2)
    &avx2::arch_table,
#endif
#if defined(QX_HAS_ARCH_AVX512)
    &avx512::arch_table,
#endif
#if defined(QX_HAS_ARCH_AVX512_VNNI)
    &avx512_vnni::arch_table,
#endif
};

}  // namespace

const arch_ops& ops_of(const kernel::table& kernels) {
  for (const arch_ops* candidate : all)
    if (candidate->name == kernels.name) return *candidate;
  // A table of a user's own: the set that runs everywhere gives the same results.
  return *all.front();
}

}  // namespace qx::run
