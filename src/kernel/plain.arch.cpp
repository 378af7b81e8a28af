// SPDX-License-Identifier: MIT
/// \file
/// Matmul of F32, F16 and BF16 weights.
#include "instantiate.hpp"

#include <qx/kernel/format/plain.hpp>

namespace qx::kernel::inline QX_ARCH {

template <>
struct kernel_of<dtype::f32> {
  using type = f32_matmul;
};
template struct matmul_of<dtype::f32>;

template <>
struct kernel_of<dtype::f16> {
  using type = f16_matmul;
};
template struct matmul_of<dtype::f16>;

template <>
struct kernel_of<dtype::bf16> {
  using type = bf16_matmul;
};
template struct matmul_of<dtype::bf16>;

}  // namespace qx::kernel::inline QX_ARCH
