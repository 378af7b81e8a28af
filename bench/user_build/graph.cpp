// SPDX-License-Identifier: MIT
// Compiled twice; QX_USER_BUILD is the name that this copy goes by.
#include "graph.hpp"

#include <models/llama/layer.hpp>

namespace user_build {

void QX_USER_BUILD::forward(qx::context& ctx, const config& c, const weights& w, const step& s) {
  qx::llama::forward(ctx, c, w, s);
}

}  // namespace user_build
