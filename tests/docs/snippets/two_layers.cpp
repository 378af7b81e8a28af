// SPDX-License-Identifier: MIT
// [two-layers]
#include <qx/fuse/explain.hpp>
#include <qx/interop/print.hpp>
#include <qx/interop/span.hpp>
#include <qx/qx.hpp>

#include <cstdio>
#include <vector>

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"feature"> feature;
inline constexpr qx::axis<"hidden"> hidden;
inline constexpr qx::axis<"kind"> kind;

struct network {
  qx::tensor<float, hidden, feature> w1{hidden(32), feature(8)};
  qx::tensor<float, hidden> b1{hidden(32)};
  qx::tensor<float, kind, hidden> w2{kind(3), hidden(32)};
};

int main() {
  network net;
  eval(net.w1 <<= qx::random_normal(1, hidden(32), feature(8)) * 0.3f,
       net.w2 <<= qx::random_normal(2, kind(3), hidden(32)) * 0.3f);
  std::vector<float> numbers(4 * 8, 0.5f);
  auto x = qx::view_of(numbers, token(4), feature(8));  // somebody else's memory

  qx::context ctx(2);
  auto h = gelu(matmul(net.w1, x) + net.b1);
  auto y = softmax(matmul(net.w2, h), over(kind));
  qx::tensor<float, token, kind> p(token(4), kind(3));
  eval(ctx, p <<= y);
  std::puts(qx::to_string(p).c_str());
  std::puts(qx::explain(y).c_str());
}
// [/two-layers]
