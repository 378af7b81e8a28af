// SPDX-License-Identifier: MIT
// [first-graph]
#include <qx/qx.hpp>

#include <cstdio>

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"model"> model;
inline constexpr qx::axis<"hidden"> hidden;

/// x + W₂ silu(W₁ norm(x)): a feed-forward block in two stages.
struct block {
  qx::tensor<float, qx::fixed<model, 64>> norm;                           // [model]
  qx::tensor<float, qx::fixed<hidden, 256>, qx::fixed<model, 64>> up;     // [hidden, model]
  qx::tensor<float, qx::fixed<model, 64>, qx::fixed<hidden, 256>> down;   // [model, hidden]

  void operator()(qx::context& ctx, qx::tensor_view<float, token, qx::fixed<model, 64>> x,
                  qx::tensor_view<float, token, qx::fixed<hidden, 256>> h) const {
    // The norm is the matmul's prologue, silu its epilogue: one pass over the weights.
    eval(ctx, h <<= silu(matmul(up, rms_norm(x, norm, 1e-5f))));
    // The residual is added while the result is still in the nearest cache.
    eval(ctx, x <<= x + matmul(down, h));
  }
};

int main() {
  qx::context ctx(2);  // two threads
  block b;
  for (float& w : b.norm.elements()) w = 1.0f;
  for (std::size_t i = 0; i < b.up.size(); ++i) b.up.elements()[i] = static_cast<float>(i % 7) * 0.01f;
  for (std::size_t i = 0; i < b.down.size(); ++i) b.down.elements()[i] = static_cast<float>(i % 5) * 0.01f;

  qx::tensor<float, token, qx::fixed<model, 64>> x(token(3));
  qx::tensor<float, token, qx::fixed<hidden, 256>> h(token(3));
  for (std::size_t i = 0; i < x.size(); ++i) x.elements()[i] = static_cast<float>(i % 3) - 1.0f;
  b(ctx, x.view(), h.view());
  std::printf("%.4f after %zu stages\n", x[0, 0], ctx.counters().stages);
}
// [/first-graph]
