// SPDX-License-Identifier: MIT
/// \file
/// Matmul of the 256-element formats.
#include "instantiate.hpp"

#include <qx/kernel/format/q2_k.hpp>
#include <qx/kernel/format/q3_k.hpp>
#include <qx/kernel/format/q4_k.hpp>
#include <qx/kernel/format/q5_k.hpp>
#include <qx/kernel/format/q6_k.hpp>

namespace qx::kernel::inline QX_ARCH {

template <>
struct kernel_of<dtype::q2_k> {
  using type = k_matmul<q2_k_panel>;
};
template struct matmul_of<dtype::q2_k>;

template <>
struct kernel_of<dtype::q3_k> {
  using type = k_matmul<q3_k_panel>;
};
template struct matmul_of<dtype::q3_k>;

template <>
struct kernel_of<dtype::q4_k> {
  using type = k_matmul<q4_k_panel>;
};
template struct matmul_of<dtype::q4_k>;

template <>
struct kernel_of<dtype::q5_k> {
  using type = k_matmul<q5_k_panel>;
};
template struct matmul_of<dtype::q5_k>;

template <>
struct kernel_of<dtype::q6_k> {
  using type = k_matmul<q6_k_panel>;
};
template struct matmul_of<dtype::q6_k>;

}  // namespace qx::kernel::inline QX_ARCH
