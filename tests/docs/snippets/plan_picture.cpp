// SPDX-License-Identifier: MIT
// Prints the picture of the README: tests/docs/plan_picture | dot -Tsvg
#include <qx/fuse/explain.hpp>
#include <qx/qx.hpp>

#include <cstdio>

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"model"> model;
inline constexpr qx::axis<"hidden"> hidden;

int main() {
  qx::tensor<float, token, model> x(token(16), model(64));
  qx::tensor<float, model> norm(model(64));
  qx::tensor<float, hidden, model> gate(hidden(256), model(64)), up(hidden(256), model(64));
  qx::tensor<float, model, hidden> down(model(64), hidden(256));
  // [plan-picture]
  auto m = rms_norm(x, norm, 1e-5f);
  auto y = x + matmul(down, silu(matmul(gate, m)) * matmul(up, m));
  std::puts(qx::explain_dot(y).c_str());
  // [/plan-picture]
}
