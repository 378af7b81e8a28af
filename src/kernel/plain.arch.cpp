// SPDX-License-Identifier: MIT
/// \file
/// Matmul of F32, F16 and BF16 weights.
#include "instantiate.hpp"

#include <qx/kernel/format/plain.hpp>

namespace qx::kernel::inline QX_ARCH {

template <>
struct kernel_of<dtype::f32> {
  using type = fma_matmul<f32_panel>;
};
template struct matmul_of<dtype::f32>;

template <>
struct kernel_of<dtype::f16> {
  using type = fma_matmul<f16_panel>;
};
template struct matmul_of<dtype::f16>;

template <>
struct kernel_of<dtype::bf16> {
  using type = fma_matmul<bf16_panel>;
};
template struct matmul_of<dtype::bf16>;

}  // namespace qx::kernel::inline QX_ARCH
