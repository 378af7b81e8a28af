// SPDX-License-Identifier: MIT
#include <qx/model/experts.hpp>

#include <algorithm>

namespace qx {

namespace {

/// The positions of the largest elements, the largest first. There are few of them: each element
/// is sorted in where it belongs.
void pick_largest(std::span<const float> row, std::span<std::int32_t> best) {
  const auto less = [&](std::int32_t a, float x) {
    const float y = row[static_cast<std::size_t>(a)];
    return y < x || (y != y && x == x);
  };
  std::size_t known = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    std::size_t at = known;
    while (at > 0 && less(best[at - 1], row[i]))
      --at;
    if (at == best.size()) continue;
    known = std::min(known + 1, best.size());
    std::copy_backward(best.begin() + static_cast<std::ptrdiff_t>(at),
                       best.begin() + static_cast<std::ptrdiff_t>(known) - 1,
                       best.begin() + static_cast<std::ptrdiff_t>(known));
    best[at] = static_cast<std::int32_t>(i);
  }
}

}  // namespace

expert_routing::expert_routing(step_memory& m, std::size_t n, std::size_t experts,
                               std::size_t used)
    : gate(m.take<float, axis_names::token, axis_names::expert>(n, experts)),
      share(m.take<float, axis_names::pair>(n * used)),
      tokens(m.list<std::int32_t>(n * used)), starts(m.list<std::int32_t>(experts + 1)),
      chosen_(m.list<std::int32_t>(n * used)), used_(used) {}

void expert_routing::choose() const {
  const std::size_t n = gate.shape()[0];
  const std::size_t experts = gate.shape()[1];
  const std::span<std::int32_t> counts = starts.subspan(1);
  std::ranges::fill(starts, 0);
  for (std::size_t t = 0; t < n; ++t) {
    const std::span<std::int32_t> best = chosen_.subspan(t * used_, used_);
    pick_largest({gate.data() + t * experts, experts}, best);
    for (const std::int32_t e : best)
      ++counts[static_cast<std::size_t>(e)];
  }
  for (std::size_t e = 1; e < experts; ++e)
    counts[e] += counts[e - 1];
  // Filled from behind: what was the end of an expert's pairs becomes their beginning.
  for (std::size_t t = n; t-- > 0;) {
    float sum = 0.0f;
    for (std::size_t i = 0; i < used_; ++i)
      sum += gate[t, static_cast<std::size_t>(chosen_[t * used_ + i])];
    for (std::size_t i = 0; i < used_; ++i) {
      const auto e = static_cast<std::size_t>(chosen_[t * used_ + i]);
      const auto p = static_cast<std::size_t>(--counts[e]);
      tokens[p] = static_cast<std::int32_t>(t);
      share[p] = gate[t, e] / sum;
    }
  }
  // Now counts[e] is where expert e begins: they move down by one, and the last ends with all.
  std::copy(counts.begin(), counts.end(), starts.begin());
  starts.back() = static_cast<std::int32_t>(n * used_);
}

}  // namespace qx
