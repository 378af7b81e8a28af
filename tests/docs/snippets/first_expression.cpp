// SPDX-License-Identifier: MIT
// [first-expression]
#include <qx/qx.hpp>

#include <cstdio>

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"vocab"> vocab;

int main() {
  qx::tensor<float, token, vocab> logits(token(2), vocab(5));
  for (std::size_t t = 0; t < 2; ++t)
    for (std::size_t v = 0; v < 5; ++v) logits[t, v] = static_cast<float>(t + v);

  auto p = softmax(logits / 0.8, over(vocab));           // lazy: nothing has run yet
  static_assert(qx::plan_of<decltype(p)>.sweeps == 3);   // the plan is a constant
  qx::tensor<float, token, vocab> probabilities = p;     // runs: one fused kernel

  qx::tensor<int, token> best = argmax(probabilities, over(vocab));
  std::printf("most likely: %d and %d, with %.2f\n", best[0], best[1], probabilities[0, best[0]]);
}
// [/first-expression]
