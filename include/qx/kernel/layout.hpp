// SPDX-License-Identifier: MIT
/// \file
/// Which version of its panels a kernel writes and reads: what packed weights that were kept on a
/// disk are asked for first.
#pragma once

#include <qx/core/dtype.hpp>

#include <cstdint>

namespace qx::kernel {

/// The version of the panels of a type. Whoever changes the bytes that `matmul_ops::pack` writes,
/// on whichever arch, gives the type a case here or raises its number: older caches are then built
/// anew. (A cache is checked against panels packed afresh as well, but not all of them.)
[[nodiscard]] constexpr std::uint32_t layout_version(dtype type) {
  switch (type) {
  case dtype::q4_0:
  case dtype::q4_1:
  case dtype::q5_0:
  case dtype::q5_1:
  case dtype::q8_0:
  case dtype::iq4_nl:
  case dtype::mxfp4:
  case dtype::bf16:
  case dtype::q2_k:
  case dtype::q3_k:
  case dtype::q4_k:
  case dtype::q5_k:
  case dtype::q6_k:
    return 2;
  default:
    return 1;
  }
}

}  // namespace qx::kernel
