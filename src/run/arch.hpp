// SPDX-License-Identifier: MIT
/// \file
/// What the objects of one arch share: each defines one set of loops, `table.arch.cpp` collects
/// their addresses.
#pragma once

#include "arch_ops.hpp"

#include <qx/core/config.hpp>

namespace qx::sampling::inline QX_ARCH {
extern const vector_ops sweeps;
}
namespace qx::run::inline QX_ARCH {
extern const machine_ops machine_loops;
extern const arch_ops arch_table;
}  // namespace qx::run::inline QX_ARCH
