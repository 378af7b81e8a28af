// SPDX-License-Identifier: MIT
#include <qx/qx.hpp>

#include <cstdio>

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"vocab"> vocab;

int main() {
  qx::tensor<float, token, vocab> logits(token(1), vocab(3));
  for (std::size_t i = 0; i < 3; ++i) logits[0, i] = static_cast<float>(i);
  const qx::tensor<float, token, vocab> p = softmax(logits, over(vocab));
  std::printf("%.4f %.4f %.4f\n", double{p[0, 0]}, double{p[0, 1]}, double{p[0, 2]});
  return p[0, 2] > 0.6652f && p[0, 2] < 0.6653f ? 0 : 1;
}
