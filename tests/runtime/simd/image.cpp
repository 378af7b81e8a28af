// SPDX-License-Identifier: MIT
// Prints the bits of a fixed set of elementwise expressions and reductions, a line each.
#include <qx/qx.hpp>

#include <bit>
#include <cinttypes>
#include <cstdio>
#include <tests/support/fill.hpp>

namespace {

inline constexpr qx::axis<"row"> row;
inline constexpr qx::axis<"col"> col;

/// FNV-1a (Fowler, Noll and Vo) over the bits of every element.
template <class T>
void print(const T& x) {
  std::uint64_t hash = 14695981039346656037u;
  for (std::size_t i = 0; i < x.size(); ++i)
    hash = (hash ^ std::bit_cast<std::uint32_t>(x.data()[i])) * 1099511628211u;
  std::printf("%016" PRIx64 "\n", hash);
}

}  // namespace

int main() {
  qx::tensor<float, row, col> x(row(7), col(157));
  qx::test::numbers(1).fill(x.elements());
  qx::tensor<float, row, col> y = x;
  const auto keep = [&](const auto& e) {
    qx::eval(y <<= e);
    print(y);
  };
  keep(x * x + x / 3 - 1);
  keep(exp(x * 20));
  keep(silu(x));
  keep(gelu(x));
  keep(tanh(x * 3));
  keep(sqrt(abs(x)));
  keep(where(x > 0, x, x * 0.1f));
  keep(softmax(x, over(col)));
  keep(softmax(x / 0.7f, over(col)));
  keep(softmax(x, over(row)));
  keep(x - mean(x, over(col)));
  keep(layer_norm(x, x.view().at(row, 0), x.view().at(row, 1), 1e-5f));
  keep(rms_norm(x, x.view().at(row, 2), 1e-5f));
  keep(qx::cast<float>(qx::cast<std::int32_t>(x * 1000)));
  const qx::tensor<float, row> s = sum(x, over(col));
  const qx::tensor<float, col> l = logsumexp(x, over(row));
  const qx::tensor<float, row> k = logsumexp(x * -3.0f, over(col));
  print(s);
  print(k);
  print(l);
  qx::tensor<float, row, col> p(row(2), col(5003));  // more than two blocks
  qx::test::numbers(2).fill(p.elements());
  qx::eval(p <<= softmax(p * 30.0f, over(col)));
  print(p);
}
