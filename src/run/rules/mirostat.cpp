// SPDX-License-Identifier: MIT
#include <qx/run/rules/mirostat.hpp>
#include <qx/run/rules/top_k.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace qx::sampling {

namespace {

/// The exponent of the Zipf distribution that fits the likeliest tokens best.
double zipf_exponent(candidates& c, std::size_t m) {
  const auto top = c.at_least(c.kth_largest(std::min(m, c.size())).logit);
  const auto logit = c.logits();
  std::ranges::sort(top, [&](token_id a, token_id b) { return logit[a] > logit[b]; });
  double products = 0.0, squares = 0.0;
  for (std::size_t i = 0; i + 1 < std::min(m, top.size()); ++i) {
    const double t = std::log(static_cast<double>(i + 2) / static_cast<double>(i + 1));
    const double b =
        static_cast<double>(logit[top[i]] - logit[top[i + 1]]) * static_cast<double>(c.scale());
    products += t * b;
    squares += t * t;
  }
  return products / squares;
}

float learnt(float mu, float eta, float tau, float probability) {
  return mu - eta * (-std::log2(probability) - tau);
}

}  // namespace

result<void> mirostat::apply(candidates& c) const {
  if (c.size() < 2 || m_ < 2) return {};
  const double s = zipf_exponent(c, m_);
  const double epsilon = s - 1.0;
  const double k = std::pow(epsilon * std::exp2(static_cast<double>(mu_)) /
                                (1.0 - std::pow(static_cast<double>(c.vocabulary()), -epsilon)),
                            1.0 / s);
  // Not a number where the probabilities do not fall at all: then one token is as good as another.
  const double most = static_cast<double>(c.size());
  return top_k{k > 1.0 ? static_cast<std::size_t>(std::min(k, most)) : 1}.apply(c);
}

void mirostat::drawn(token_id, float probability) { mu_ = learnt(mu_, eta_, tau_, probability); }

result<void> mirostat_2::apply(candidates& c) const {
  const double least = std::exp2(-static_cast<double>(mu_)) * c.total_weight();
  c.keep_from(std::min(c.logit_of_weight(least), c.largest()));
  return {};
}

void mirostat_2::drawn(token_id, float probability) { mu_ = learnt(mu_, eta_, tau_, probability); }

}  // namespace qx::sampling
