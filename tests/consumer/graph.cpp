// SPDX-License-Identifier: MIT
// [graph-source]
#include "block.hpp"

namespace consumer {

template <>
void step<qx::this_arch>(qx::context& ctx, const block& b, qx::tensor_view<float, token, model> x,
                         qx::tensor_view<float, token, hidden> h) {
  eval(ctx, h <<= silu(matmul(b.up, rms_norm(x, b.norm, 1e-5f))));
  eval(ctx, x <<= x + matmul(b.down, h));
}

}  // namespace consumer
// [/graph-source]
