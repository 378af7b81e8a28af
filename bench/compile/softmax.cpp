// SPDX-License-Identifier: MIT
/// \file
/// A fused softmax over a temperature: what a small file of a user costs.
#include <qx/qx.hpp>

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"vocab"> vocab;

int main() {
  qx::tensor<float, token, vocab> logits(token(2), vocab(100));
  const qx::tensor<float, token, vocab> p = softmax(logits / 0.8, over(vocab));
  return p[1, 99] > 0 ? 0 : 1;
}
