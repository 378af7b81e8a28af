// SPDX-License-Identifier: MIT
/// \file
/// Matmul of IQ4_NL weights.
#include "instantiate.hpp"

#include <qx/kernel/format/iq4_nl.hpp>

namespace qx::kernel::inline QX_ARCH {

template <>
struct kernel_of<dtype::iq4_nl> {
  using type = dot_matmul<iq4_nl_panel>;
};
template struct matmul_of<dtype::iq4_nl>;

}  // namespace qx::kernel::inline QX_ARCH
