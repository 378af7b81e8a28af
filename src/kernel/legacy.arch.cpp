// SPDX-License-Identifier: MIT
/// \file
/// Matmul of the 32-element formats that are decoded to floats.
#include "instantiate.hpp"

#include <qx/kernel/format/legacy.hpp>

namespace qx::kernel::inline QX_ARCH {

template <>
struct kernel_of<dtype::q4_1> {
  using type = fma_matmul<q4_1_panel>;
};
template struct matmul_of<dtype::q4_1>;

template <>
struct kernel_of<dtype::q5_0> {
  using type = fma_matmul<q5_0_panel>;
};
template struct matmul_of<dtype::q5_0>;

template <>
struct kernel_of<dtype::q5_1> {
  using type = fma_matmul<q5_1_panel>;
};
template struct matmul_of<dtype::q5_1>;

template <>
struct kernel_of<dtype::iq4_nl> {
  using type = fma_matmul<iq4_nl_panel>;
};
template struct matmul_of<dtype::iq4_nl>;

template <>
struct kernel_of<dtype::mxfp4> {
  using type = fma_matmul<mxfp4_panel>;
};
template struct matmul_of<dtype::mxfp4>;

}  // namespace qx::kernel::inline QX_ARCH
