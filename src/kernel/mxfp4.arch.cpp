// SPDX-License-Identifier: MIT
/// \file
/// Matmul of MXFP4 weights.
#include "instantiate.hpp"

#include <qx/kernel/format/mxfp4.hpp>

namespace qx::kernel::inline QX_ARCH {

template <>
struct kernel_of<dtype::mxfp4> {
  using type = dot_matmul<mxfp4_panel>;
};
template struct matmul_of<dtype::mxfp4>;

}  // namespace qx::kernel::inline QX_ARCH
