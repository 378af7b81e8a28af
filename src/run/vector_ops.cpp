// SPDX-License-Identifier: MIT
/// \file
/// Choice of the sampler's sweeps at run time.
#include "vector_ops.hpp"

#include <array>

namespace qx::sampling {

#if defined(QX_HAS_ARCH_BASELINE)
namespace baseline {
extern const vector_ops arch_vector_ops;
}
#endif
#if defined(QX_HAS_ARCH_AVX2)
namespace avx2 {
extern const vector_ops arch_vector_ops;
}
#endif
#if defined(QX_HAS_ARCH_AVX512)
namespace avx512 {
extern const vector_ops arch_vector_ops;
}
#endif
#if defined(QX_HAS_ARCH_AVX512_VNNI)
namespace avx512_vnni {
extern const vector_ops arch_vector_ops;
}
#endif

namespace {

constexpr std::array all{
#if defined(QX_HAS_ARCH_BASELINE)
    &baseline::arch_vector_ops,
#endif
#if defined(QX_HAS_ARCH_AVX2)
    &avx2::arch_vector_ops,
#endif
#if defined(QX_HAS_ARCH_AVX512)
    &avx512::arch_vector_ops,
#endif
#if defined(QX_HAS_ARCH_AVX512_VNNI)
    &avx512_vnni::arch_vector_ops,
#endif
};

}  // namespace

const vector_ops& ops_of(const kernel::table& kernels) {
  for (const vector_ops* candidate : all)
    if (candidate->name == kernels.name) return *candidate;
  return *all.front();  // a table of a user's own: the set that runs everywhere gives the same
                        // results
}

}  // namespace qx::sampling
