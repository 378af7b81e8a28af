// SPDX-License-Identifier: MIT
// [own-rule]
#include <qx/qx.hpp>
#include <qx/run/chain.hpp>
#include <qx/run/sampler.hpp>

#include <cstdio>
#include <utility>
#include <vector>

/// Logits beyond `cap` are drawn in, the more the farther out they are.
struct soft_cap {
  float cap;
  qx::result<void> apply(qx::sampling::candidates& c) const {
    const auto logit = c.edit();
    qx::eval(logit <<= cap * tanh(logit / cap));
    return {};
  }
};

int main() {
  const std::vector<float> logits{1.0f, 9.0f, 8.0f, 2.0f};
  auto rules = qx::parse_rules("top_k=3; temperature=0.7", {.vocabulary = logits.size()}).value();
  rules.insert(rules.begin() + 1, soft_cap{5.0f});
  auto draws = qx::sampler::make(std::move(rules), /*seed=*/1, logits.size()).value();
  const auto likely = draws.distribution(logits).value();
  for (const auto& [token, probability] : likely)
    std::printf("%d %.3f\n", token, static_cast<double>(probability));
  std::printf("drawn: %d\n", draws.draw(logits).value());
}
// [/own-rule]
