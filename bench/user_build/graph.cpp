// SPDX-License-Identifier: MIT
// Compiled twice; QX_USER_STEP is the name that this copy goes by.
#include "graph.hpp"

namespace user_build {

void QX_USER_STEP(const llama& m, const qx::llama::step& s) {
  qx::llama::forward(m.ctx, m.shape, m.weights, m.cache, s);
}

}  // namespace user_build
