// SPDX-License-Identifier: MIT
/// \file
/// The loops of one instruction set, collected under the name of its kernel table.
#include "arch.hpp"

namespace qx::run::inline QX_ARCH {

#define QX_TEXT(x) #x
#define QX_NAME(x) QX_TEXT(x)
constinit const arch_ops arch_table{QX_NAME(QX_ARCH), &sampling::QX_ARCH::sweeps, &machine_loops};

}  // namespace qx::run::inline QX_ARCH
