// SPDX-License-Identifier: MIT
// Reductions, softmax and norms over the last, the first and the middle axis, at every length.
#include <qx/qx.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <tests/support/fill.hpp>
#include <vector>

namespace {

inline constexpr qx::axis<"a"> a;
inline constexpr qx::axis<"b"> b;
inline constexpr qx::axis<"c"> c;

using cube = qx::tensor<float, a, b, c>;

cube filled(std::size_t x, std::size_t y, std::size_t z) {
  cube t(a(x), b(y), c(z));
  qx::test::numbers(static_cast<std::uint32_t>(x * 31 + y * 7 + z)).fill(t.elements());
  return t;
}

using line = std::vector<double>;
using statistic = std::function<double(const line&)>;

double sum_of(const line& v) {
  double s = 0;
  for (const double x : v)
    s += x;
  return s;
}
double largest(const line& v) { return *std::max_element(v.begin(), v.end()); }
double log_sum(const line& v) {
  double s = 0;
  for (const double x : v)
    s += std::exp(x - largest(v));
  return largest(v) + std::log(s);
}
double place(const line& v) {
  return static_cast<double>(std::max_element(v.begin(), v.end()) - v.begin());
}

/// The elements of x along one axis through (i, j, k).
line along(const cube& x, std::size_t axis, std::size_t i, std::size_t j, std::size_t k) {
  line v;
  const std::size_t n = x.shape()[axis];
  for (std::size_t p = 0; p < n; ++p)
    v.push_back(double{x[axis == 0 ? p : i, axis == 1 ? p : j, axis == 2 ? p : k]});
  return v;
}

/// Checks the reduction both where the target lacks the axis and where it is broadcast back.
template <std::size_t Position, class R>
void reduces(R reduce, const statistic& want, double most) {
  constexpr auto axis = qx::axis_of<qx::axes<a, b, c>, Position>;
  for (const std::size_t n : {1, 2, 15, 16, 17, 31, 64, 65, 70, 130}) {
    const cube x = filled(Position == 0 ? n : 3, Position == 1 ? n : 5, Position == 2 ? n : 19);
    using rest = qx::axes_without<qx::axes<a, b, c>, qx::axes<axis>>;
    const qx::basic_tensor<float, rest> y = qx::cast<float>(reduce(x, over(axis)));
    const cube z = x * 0 + qx::cast<float>(reduce(x, over(axis)));
    line wanted;
    line gone;
    for (std::size_t i = 0; i < x.shape()[0]; ++i)
      for (std::size_t j = 0; j < x.shape()[1]; ++j)
        for (std::size_t k = 0; k < x.shape()[2]; ++k) {
          wanted.push_back(want(along(x, Position, i, j, k)));
          if ((Position == 0 ? i : Position == 1 ? j : k) == 0) gone.push_back(wanted.back());
        }
    CHECK(qx::test::apart(y.elements(), gone) <= most);
    CHECK(qx::test::apart(z.elements(), wanted) <= most);
  }
}

template <class R>
void reduces_everywhere(R reduce, const statistic& want, double most) {
  reduces<0>(reduce, want, most);
  reduces<1>(reduce, want, most);
  reduces<2>(reduce, want, most);
}

// At most 130 additions one after the other (columns) of partial sums below 32, each rounded by at
// most 2^-20: errors that go both ways add up to about sqrt(130) · 2^-20 = 1.1e-5.
TEST_CASE("sum") {
  reduces_everywhere([](auto& x, auto o) { return sum(x, o); }, sum_of, 1.1e-5);
}
TEST_CASE("mean") {
  reduces_everywhere([](auto& x, auto o) { return mean(x, o); },
                     [](const line& v) { return sum_of(v) / double(v.size()); }, 1e-6);
}
TEST_CASE("max and min") {
  reduces_everywhere([](auto& x, auto o) { return max(x, o); }, largest, 0);
  reduces_everywhere([](auto& x, auto o) { return min(x, o); },
                     [](const line& v) { return *std::min_element(v.begin(), v.end()); }, 0);
}
TEST_CASE("argmax") {
  reduces_everywhere([](auto& x, auto o) { return argmax(x, o); }, place, 0);
}
TEST_CASE("logsumexp") {
  reduces_everywhere([](auto& x, auto o) { return logsumexp(x, o); }, log_sum, 1e-6);
}

template <std::size_t Position, class R>
void spreads(R rowwise, const std::function<double(const line&, double)>& want, double most) {
  constexpr auto axis = qx::axis_of<qx::axes<a, b, c>, Position>;
  for (const std::size_t n : {1, 7, 16, 33, 64, 70, 150}) {
    const cube x = filled(Position == 0 ? n : 3, Position == 1 ? n : 4, Position == 2 ? n : 18);
    const cube y = rowwise(x, axis);
    line wanted;
    for (std::size_t i = 0; i < x.shape()[0]; ++i)
      for (std::size_t j = 0; j < x.shape()[1]; ++j)
        for (std::size_t k = 0; k < x.shape()[2]; ++k)
          wanted.push_back(want(along(x, Position, i, j, k), double{x[i, j, k]}));
    CHECK(qx::test::apart(y.elements(), wanted) <= most);
  }
}

TEST_CASE("softmax over each axis") {
  const auto f = [](auto& x, auto axis) { return softmax(x, over(axis)); };
  const auto want = [](const line& v, double x) { return std::exp(x - log_sum(v)); };
  spreads<0>(f, want, 5e-7);
  spreads<1>(f, want, 5e-7);
  spreads<2>(f, want, 5e-7);
}

TEST_CASE("norms over each axis") {
  const auto rms = [](auto& x, auto axis) {
    qx::tensor<float, axis> w(axis(x.extent(axis)));
    for (float& v : w.elements())
      v = 0.5f;
    return rms_norm(x, std::move(w), 1e-5f);
  };
  const auto rms_want = [](const line& v, double x) {
    double s = 0;
    for (const double e : v)
      s += e * e;
    return 0.5 * x / std::sqrt(s / double(v.size()) + 1e-5);
  };
  spreads<0>(rms, rms_want, 1e-6);
  spreads<1>(rms, rms_want, 1e-6);
  spreads<2>(rms, rms_want, 1e-6);
  const auto layer = [](auto& x, auto axis) {
    qx::tensor<float, axis> w(axis(x.extent(axis)));
    qx::tensor<float, axis> bias(axis(x.extent(axis)));
    for (float& v : w.elements())
      v = 2.0f;
    for (float& v : bias.elements())
      v = 0.25f;
    return layer_norm(x, std::move(w), std::move(bias), 1e-3f);
  };
  const auto layer_want = [](const line& v, double x) {
    const double mean = sum_of(v) / double(v.size());
    double s = 0;
    for (const double e : v)
      s += (e - mean) * (e - mean);
    return 2.0 * (x - mean) / std::sqrt(s / double(v.size()) + 1e-3) + 0.25;
  };
  spreads<0>(layer, layer_want, 4e-6);
  spreads<1>(layer, layer_want, 4e-6);
  spreads<2>(layer, layer_want, 4e-6);
}

}  // namespace
