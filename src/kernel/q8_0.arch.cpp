// SPDX-License-Identifier: MIT
/// \file
/// Matmul of Q8_0 weights.
#include "instantiate.hpp"

#include <qx/kernel/format/q8_0.hpp>

namespace qx::kernel::inline QX_ARCH {

template <>
struct kernel_of<dtype::q8_0> {
  using type = dot_matmul<q8_0_panel>;
};
template struct matmul_of<dtype::q8_0>;

}  // namespace qx::kernel::inline QX_ARCH
