// SPDX-License-Identifier: MIT
// The graph, compiled once for each instruction set.
#include <qx/fuse/dispatch.hpp>

#include <models/llama/layer.hpp>

namespace qx::llama {

template <>
void architecture::run<this_arch>(context& ctx, const config& c, const weights& w, const step& s) {
  QX_ARCH::forward(ctx, c, w, s);
}

}  // namespace qx::llama
