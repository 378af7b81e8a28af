// SPDX-License-Identifier: MIT
#include <qx/qx.hpp>

#include <cstdlib>

inline constexpr qx::axis<"row"> row;
inline constexpr qx::axis<"col"> col;
inline constexpr qx::axis<"out"> out;

namespace {
void require(bool truth) {
  if (!truth) std::abort();
}
}  // namespace

int main() {
  qx::tensor<float, row, col> x = qx::random_normal(1, row(200), col(300));
  qx::tensor<float, out, col> w = qx::random_normal(2, out(100), col(300));
  qx::tensor<float, col> norm(col(300));
  eval(norm <<= norm + 1);
  // [contexts]
  qx::context ctx(2);  // two threads, the kernels of this machine
  qx::tensor<float, row, out> y(row(200), out(100));
  eval(ctx, y <<= silu(matmul(w, rms_norm(x, norm, 1e-5f))));
  // [/contexts]
  // [counted]
  const auto before = ctx.counters();
  eval(ctx, y <<= silu(matmul(w, rms_norm(x, norm, 1e-5f))));
  const std::size_t stages = ctx.counters().stages - before.stages;    // 1
  const std::size_t waits = ctx.counters().barriers - before.barriers; // 1: after the norm
  // [/counted]
  require(stages == 1 && waits == 1);
  qx::context alone(1);
  qx::tensor<float, row, out> same(row(200), out(100));
  eval(alone, same <<= silu(matmul(w, rms_norm(x, norm, 1e-5f))));
  for (std::size_t i = 0; i < y.size(); ++i) require(y.elements()[i] == same.elements()[i]);
}
