// SPDX-License-Identifier: MIT
/// \file
/// Matmul of Q4_0 weights.
#include "instantiate.hpp"

#include <qx/kernel/format/q4_0.hpp>

namespace qx::kernel::inline QX_ARCH {

template <>
struct kernel_of<dtype::q4_0> {
  using type = dot_matmul<q4_0_panel>;
};
template struct matmul_of<dtype::q4_0>;

}  // namespace qx::kernel::inline QX_ARCH
