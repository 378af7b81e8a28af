// SPDX-License-Identifier: MIT
/// \file
/// Matmul of Q5_1 weights.
#include "instantiate.hpp"

#include <qx/kernel/format/q5_1.hpp>

namespace qx::kernel::inline QX_ARCH {

template <>
struct kernel_of<dtype::q5_1> {
  using type = dot_matmul<q5_1_panel>;
};
template struct matmul_of<dtype::q5_1>;

}  // namespace qx::kernel::inline QX_ARCH
