// SPDX-License-Identifier: MIT
/// \file
/// Matmul of Q5_0 weights.
#include "instantiate.hpp"

#include <qx/kernel/format/q5_0.hpp>

namespace qx::kernel::inline QX_ARCH {

template <>
struct kernel_of<dtype::q5_0> {
  using type = dot_matmul<q5_0_panel>;
};
template struct matmul_of<dtype::q5_0>;

}  // namespace qx::kernel::inline QX_ARCH
