// SPDX-License-Identifier: MIT
/// \file
/// Logits to sample from, and what a chain does to them by its definition: sorted, in double.
#pragma once

#include <qx/run/sampler.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <random>
#include <span>
#include <vector>

namespace qx::test {

inline constexpr float lowest = -std::numeric_limits<float>::infinity();

/// Normal logits; with `steps` they are rounded to multiples of 1/steps, so that many are equal.
inline std::vector<float> normal_logits(std::size_t n, float deviation, unsigned seed,
                                        float steps = 0.0f) {
  std::mt19937_64 random(seed);
  std::normal_distribution<float> normal(0.0f, deviation);
  std::vector<float> x(n);
  for (float& v : x) {
    v = normal(random);
    if (steps > 0) v = std::round(v * steps) / steps;
  }
  return x;
}

struct weighed {
  token_id token;
  double probability;
};

inline void normalise(std::vector<weighed>& all) {
  double total = 0;
  for (const weighed& w : all)
    total += w.probability;
  for (weighed& w : all)
    w.probability /= total;
}

/// The usual chain as its definitions say: the most likely first, of equals the lower id.
inline std::vector<weighed> by_definition(std::span<const float> logits, const sampler_options& o) {
  std::vector<token_id> order(logits.size());
  std::iota(order.begin(), order.end(), 0);
  const auto logit = [&](token_id t) {
    return static_cast<double>(logits[static_cast<std::size_t>(t)]);
  };
  std::ranges::sort(order, [&](token_id a, token_id b) {
    return logit(a) > logit(b) || (logit(a) == logit(b) && a < b);
  });
  if (o.temperature == 0) return {{order[0], 1.0}};
  if (o.top_k != 0 && o.top_k < order.size()) order.resize(o.top_k);

  std::vector<weighed> kept;
  for (const token_id t : order)
    kept.push_back({t, std::exp(logit(t) - logit(order[0]))});
  normalise(kept);
  double sum = 0;
  std::size_t n = 0;
  const double wanted = static_cast<double>(o.top_p) - sampling::top_p::slack;
  while (n < kept.size() && (n == 0 || sum < wanted))
    sum += kept[n++].probability;
  if (o.top_p < 1) kept.resize(n);
  const double least = static_cast<double>(o.min_p) * kept[0].probability;
  std::erase_if(kept, [&](const weighed& w) { return w.probability < least; });
  for (weighed& w : kept)
    w.probability =
        std::exp((logit(w.token) - logit(kept[0].token)) / static_cast<double>(o.temperature));
  normalise(kept);
  return kept;
}

}  // namespace qx::test
