// SPDX-License-Identifier: MIT
/// \file
/// The loops of this room that are compiled for each instruction set. Plain data: this header
/// crosses archs.
#pragma once

#include "machine_ops.hpp"
#include "vector_ops.hpp"

#include <qx/kernel/table.hpp>

#include <string_view>

namespace qx::run {

struct arch_ops {
  std::string_view name;  ///< of the kernel table that they go with
  const sampling::vector_ops* sampler;
  const machine_ops* machine;
};

/// The loops that go with a kernel table.
[[nodiscard]] const arch_ops& ops_of(const kernel::table& kernels);

}  // namespace qx::run
