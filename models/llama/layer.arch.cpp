// SPDX-License-Identifier: MIT
// The graph, compiled once for each instruction set.
#include <qx/model/compiled_graph.hpp>

#include <models/llama/layer.hpp>

namespace qx::llama {

template <>
void architecture::run<arch_tag>(context& ctx, const config& c, const weights& w, const step& s) {
  QX_ARCH::forward(ctx, c, w, s);
}

}  // namespace qx::llama
