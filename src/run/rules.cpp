// SPDX-License-Identifier: MIT
#include <qx/run/rules.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <span>

namespace qx::sampling {
namespace {

/// The logit whose weight is exp(log_weight).
float logit_of(const candidates& c, double log_weight) {
  return static_cast<float>(c.largest() + log_weight / c.scale());
}

/// The lower of two cuts: what either keeps is kept.
cut lower(cut a, cut b) {
  if (a.logit != b.logit) return a.logit < b.logit ? a : b;
  return {a.logit, std::max(a.ties, b.ties)};
}

/// Sums of weight by how far a logit is below the largest, so that finding where a cumulative sum
/// crosses a number needs no sorting but of one bucket.
class histogram {
 public:
  static constexpr std::size_t buckets = 1024;

  histogram(const candidates& c, float least)
      : largest_(c.largest()),
        factor_(c.largest() > least ? buckets / (c.largest() - least) : 0.0f) {}

  [[nodiscard]] std::size_t bucket_of(float logit) const {
    const float at = (largest_ - logit) * factor_;
    return at < buckets - 1 ? static_cast<std::size_t>(at) : buckets - 1;
  }
  void add(float logit, float weight) {
    const std::size_t b = bucket_of(logit);
    sums_[b] += weight;
    ++counts_[b];
  }
  /// The first bucket at whose end both the sum and the number suffice; what lies above it.
  struct crossing {
    std::size_t bucket;
    double sum;
    std::size_t count;
  };
  [[nodiscard]] crossing find(double sum, std::size_t count) const {
    crossing at{0, 0.0, 0};
    for (; at.bucket + 1 < buckets; ++at.bucket) {
      if (at.sum + sums_[at.bucket] >= sum && at.count + counts_[at.bucket] >= count) break;
      at.sum += sums_[at.bucket];
      at.count += counts_[at.bucket];
    }
    return at;
  }

 private:
  float largest_;
  float factor_;
  std::array<double, buckets> sums_{};
  std::array<std::size_t, buckets> counts_{};
};

/// The cut of the smallest set whose weights sum to `wanted` and that has `min_keep` members.
cut nucleus(candidates& c, double wanted, std::size_t min_keep, float least) {
  const auto logit = c.logits().elements();
  const auto weight = c.weights();
  histogram h(c, least);
  for (std::size_t i = 0; i < logit.size(); ++i)
    h.add(logit[i], weight[i]);
  auto [bucket, sum, count] = h.find(wanted, min_keep);

  const auto members = c.scratch();
  std::size_t n = 0;
  for (std::size_t i = 0; i < logit.size(); ++i)
    if (h.bucket_of(logit[i]) == bucket) members[n++] = static_cast<token_id>(i);
  const auto more_likely = [&](token_id a, token_id b) {
    const float x = logit[static_cast<std::size_t>(a)], y = logit[static_cast<std::size_t>(b)];
    return x > y || (x == y && a < b);
  };
  const auto found = members.first(n);
  if (!std::is_sorted(found.begin(), found.end(), more_likely))
    std::sort(found.begin(), found.end(), more_likely);
  cut at{std::numeric_limits<float>::infinity(), 0};
  for (const token_id i : found) {
    const float value = logit[static_cast<std::size_t>(i)];
    at = {value, value == at.logit ? at.ties + 1 : 1};
    sum += weight[static_cast<std::size_t>(i)];
    if (sum >= wanted && ++count >= min_keep) break;
  }
  return at;
}

}  // namespace

result<void> greedy::apply(candidates& c) const { return top_k{1}.apply(c); }

result<void> temperature::apply(candidates& c) const {
  if (value == 0.0f) return greedy{}.apply(c);
  c.divide(value);
  return {};
}

result<void> top_k::apply(candidates& c) const {
  if (k != 0 && k < c.size()) c.keep(k == 1 ? cut{c.largest(), 1} : c.kth_largest(k));
  return {};
}

result<void> top_p::apply(candidates& c) const {
  if (p >= 1.0f || c.size() <= std::max<std::size_t>(min_keep, 1)) return {};
  const auto sums = c.block_weights();
  const double total = std::accumulate(sums.begin(), sums.end(), 0.0);
  // All that weigh less than (1 - p) · total / size together weigh less than what may go.
  const double light = (1.0 - static_cast<double>(p)) * total / static_cast<double>(c.size());
  cut at{std::nextafter(logit_of(c, std::log(light)), -std::numeric_limits<float>::infinity()),
         c.size()};
  if (min_keep > 1) at = lower(at, c.kth_largest(min_keep));
  c.keep(at);
  const double wanted = (static_cast<double>(p) - slack) * total;
  c.keep(nucleus(c, wanted, std::max<std::size_t>(min_keep, 1), at.logit));
  return {};
}

result<void> min_p::apply(candidates& c) const {
  if (p <= 0.0f || c.size() <= std::max<std::size_t>(min_keep, 1)) return {};
  cut at{logit_of(c, std::log(static_cast<double>(p))), c.size()};
  if (min_keep > 1) at = lower(at, c.kth_largest(min_keep));
  c.keep(at);
  return {};
}

}  // namespace qx::sampling
