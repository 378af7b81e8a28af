// SPDX-License-Identifier: MIT
/// \file
/// Numbers for tests: the same on every machine, and a bound on how far two of them are apart.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

namespace qx::test {

/// Numbers between -2 and 2 that follow no pattern an error could hide in (xorshift, Marsaglia
/// 2003).
class numbers {
 public:
  explicit numbers(std::uint32_t seed) : state_(seed * 2654435761u + 1u) {}
  float next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return static_cast<float>(state_ >> 8) * 0x1p-22f - 2.0f;
  }
  void fill(std::span<float> out) {
    for (float& x : out)
      x = next();
  }

 private:
  std::uint32_t state_;
};

/// The largest |a - b| / max(1, |b|), or infinity where just one of them is no number.
template <class A, class B>
double apart(const A& a, const B& b) {
  double worst = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto x = static_cast<double>(a[i]);
    const auto y = static_cast<double>(b[i]);
    if (std::isnan(x) && std::isnan(y)) continue;
    if (x == y) continue;
    const double d = std::abs(x - y) / std::max(1.0, std::abs(y));
    worst = std::isnan(d) ? INFINITY : std::max(worst, d);
  }
  return worst;
}

}  // namespace qx::test
