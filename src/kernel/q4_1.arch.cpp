// SPDX-License-Identifier: MIT
/// \file
/// Matmul of Q4_1 weights.
#include "instantiate.hpp"

#include <qx/kernel/format/q4_1.hpp>

namespace qx::kernel::inline QX_ARCH {

template <>
struct kernel_of<dtype::q4_1> {
  using type = dot_matmul<q4_1_panel>;
};
template struct matmul_of<dtype::q4_1>;

}  // namespace qx::kernel::inline QX_ARCH
