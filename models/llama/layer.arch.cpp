// SPDX-License-Identifier: MIT
// The graph, compiled once for each instruction set.
#include <models/llama/layer.hpp>

namespace qx::llama::inline QX_ARCH {

extern const forward_function graph;
const forward_function graph = &forward;

}  // namespace qx::llama::inline QX_ARCH
