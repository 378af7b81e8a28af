// SPDX-License-Identifier: MIT
// What a whole row is multiplied with goes into the exponent: the result is that of the formula as
// it is written, whatever the factor.
#include "agrees.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace {

using namespace qx::test;

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();

/// Softmax and log-sum-exp of an expression along the last axis and along the first.
template <class E>
void both(const E& e, double bound) {
  agrees(softmax(e, over(c)), bound);
  agrees(logsumexp(e, over(c)), bound);
  agrees(softmax(e, over(a)), bound);
}

TEST_CASE("a number times the row") {
  for (const std::size_t n : {1, 15, 16, 17, 70, 150}) {
    const cube x = filled(2, 3, n);
    for (const float factor : {0.8f, 1.0f, -1.5f, 20.0f}) {
      both(x / factor, rounded);
      both(x * factor, rounded);
      both(factor * x, rounded);
    }
  }
}

TEST_CASE("a number of each row, and what is dear times it") {
  const cube x = filled(3, 2, 33);
  qx::tensor<float, a> t(a(3));
  t[0] = 0.5f;
  t[1] = -2.0f;
  t[2] = 7.0f;
  agrees(softmax(x / t, over(c)), rounded);
  agrees(softmax(silu(x) * t, over(c)), rounded);
  agrees(logsumexp(t * (x - 0.25f), over(c)), rounded);
  agrees(softmax(x / sum(x * x, over(c)), over(c)), rounded);
  agrees(sum(softmax(x * t, over(c)), over(c)), rounded);
}

// Where e^x is not small, x is: the exponent rounds by 2^-24 of itself, twice.
TEST_CASE("large logits") {
  const cube x = filled(1, 2, 200);
  agrees(softmax(x * 100.0f, over(c)), rounded);
  agrees(logsumexp(x * 1e4f, over(c)), rounded);
}

/// Σ of a row twice for each element is too much of the oracle here: e^(factor · x) in double,
/// whole rows at a time.
template <class T>
std::vector<double> softmax_of(const T& x, std::size_t row, double factor) {
  std::vector<double> p(x.size());
  for (std::size_t first = 0; first < p.size(); first += row) {
    double top = -std::numeric_limits<double>::infinity(), total = 0;
    for (std::size_t i = first; i < first + row; ++i)
      top = std::max(top, factor * x.data()[i]);
    for (std::size_t i = first; i < first + row; ++i)
      total += p[i] = std::exp(factor * x.data()[i] - top);
    for (std::size_t i = first; i < first + row; ++i)
      p[i] /= total;
  }
  return p;
}

/// Rows as long as blocks are and longer, whose largest element so far stays, or moves with each
/// block: every value has then been kept under another origin than the last one.
TEST_CASE("long rows, a block at a time") {
  for (const std::size_t n : {2048, 2049, 4095, 4096, 4100, 9000})
    for (const float slope : {0.0f, 0.004f, -0.004f}) {
      CAPTURE(n);
      CAPTURE(slope);
      cube x = filled(1, 2, n);
      for (std::size_t i = 0; i < x.size(); ++i)
        x.data()[i] += slope * static_cast<float>(i % n);
      const cube plain = softmax(x, over(c));
      CHECK(apart(plain.elements(), softmax_of(x, n, 1)) <= rounded);
      const cube falling = softmax(x / -0.7f, over(c));
      CHECK(apart(falling.elements(), softmax_of(x, n, -1 / 0.7)) <= rounded);
      const cube gated = silu(x);
      const cube dear = softmax(silu(x) * 0.5f, over(c));  // kept before it is exponentiated
      CHECK(apart(dear.elements(), softmax_of(gated, n, 0.5)) <= rounded);
    }
}

TEST_CASE("long rows in place, of elements that lie apart, and in double") {
  cube x = filled(1, 2, 7000);
  const cube want = softmax(x / 0.9f, over(c));
  qx::tensor<float, c, b, a> turned = x;
  const cube apart_too = softmax(turned / 0.9f, over(c));
  eval(x <<= softmax(x / 0.9f, over(c)));
  bool same = true;
  for (std::size_t i = 0; i < x.size(); ++i)
    same = same && x.data()[i] == want.data()[i] && apart_too.data()[i] == want.data()[i];
  CHECK(same);
  qx::tensor<double, b> d(b(5000));
  for (std::size_t i = 0; i < d.size(); ++i)
    d[i] = std::sin(static_cast<double>(i)) * 5 + static_cast<double>(i) * 0.002;
  const qx::tensor<double, b> p = softmax(d / 0.3, over(b));
  CHECK(apart(p.elements(), softmax_of(d, 5000, 1 / 0.3)) <= 1e-14);
}

TEST_CASE("long rows of elements that are no ordinary numbers") {
  constexpr std::size_t n = 7000;
  qx::tensor<float, b> x(b(n));
  for (std::size_t i = 0; i < n; ++i)
    x[i] = i < 4500 ? -infinity : 0.0f;  // two blocks of nothing
  const qx::tensor<float, b> late = softmax(x / 0.5f, over(b));
  CHECK(late[0] == 0.0f);
  CHECK(late[4499] == 0.0f);
  CHECK(late[4500] == doctest::Approx(1.0 / 2500).epsilon(1e-6));
  CHECK(late[n - 1] == late[4500]);
  const qx::tensor<float, b> greedy = softmax(x / 1e-39f, over(b));  // a factor beyond float
  CHECK(greedy[0] == 0.0f);
  CHECK(greedy[n - 1] == doctest::Approx(1.0 / 2500).epsilon(1e-6));
  for (const std::size_t place : {0, 3000, 6999}) {
    qx::tensor<float, b> bad = x;
    bad[place] = nan;
    const qx::tensor<float, b> p = softmax(bad / 0.5f, over(b));
    bad[place] = infinity;
    const qx::tensor<float, b> q = softmax(bad / 0.5f, over(b));
    std::size_t numbers = 0;
    for (std::size_t i = 0; i < n; ++i)
      numbers += std::isnan(p[i]) && std::isnan(q[i]) ? 0 : 1;
    CHECK(numbers == 0);
  }
}

TEST_CASE("in place, where the exponentials lie in the destination's own row") {
  cube x = filled(2, 2, 40);
  const auto want = qx::oracle::all(softmax(x / -0.7f, over(c)));
  eval(x <<= softmax(x / -0.7f, over(c)));
  CHECK(apart(x.elements(), want) <= rounded);
}

TEST_CASE("factors and elements that are no ordinary numbers") {
  qx::tensor<float, b> x(b(20));
  for (std::size_t i = 0; i < 20; ++i)
    x[i] = static_cast<float>(i) - 10.0f;
  const qx::tensor<float, b> flat = softmax(x * 0.0f, over(b));
  const qx::tensor<float, b> flat_too = softmax(x / infinity, over(b));
  for (std::size_t i = 0; i < 20; ++i) {
    CHECK(flat[i] == 0.05f);
    CHECK(flat_too[i] == 0.05f);
  }
  const qx::tensor<float, b> none = softmax(x / 0.0f, over(b));
  const qx::tensor<float, b> none_either = softmax(x * nan, over(b));
  CHECK(std::isnan(none[0]));
  CHECK(std::isnan(none_either[19]));
  // 1 / t is more than a float holds: the largest gets all.
  const qx::tensor<float, b> greedy = softmax(x / 1e-39f, over(b));
  const qx::tensor<float, b> modest = softmax(x / -1e-39f, over(b));
  for (std::size_t i = 0; i < 20; ++i) {
    CHECK(greedy[i] == (i == 19 ? 1.0f : 0.0f));
    CHECK(modest[i] == (i == 0 ? 1.0f : 0.0f));
  }
  x[3] = -infinity;
  const qx::tensor<float, b> masked = softmax(x / 0.5f, over(b));
  CHECK(masked[3] == 0.0f);
  CHECK(masked[19] == doctest::Approx(1 - std::exp(-2.0)).epsilon(1e-6));
  x[3] = infinity;
  const qx::tensor<float, b> turned = softmax(x / -0.5f, over(b));
  CHECK(turned[3] == 0.0f);
  const double total = 1 / (1 - std::exp(-2.0)) - std::exp(-6.0);  // without the fourth
  CHECK(turned[0] == doctest::Approx(1 / total).epsilon(1e-6));
  x[4] = nan;
  const qx::tensor<float, b> bad = softmax(x / -0.5f, over(b));
  CHECK(std::isnan(bad[0]));
  for (float& v : x.elements())
    v = -infinity;
  const qx::tensor<float> nothing = logsumexp(x / 0.5f, over(b));
  CHECK(nothing.data()[0] == -infinity);
}

TEST_CASE("in double") {
  qx::tensor<double, b> x(b(37));
  for (std::size_t i = 0; i < 37; ++i)
    x[i] = std::sin(static_cast<double>(i)) * 5;
  const qx::tensor<double, b> p = softmax(x / 0.3, over(b));
  CHECK(apart(p.elements(), qx::oracle::all(softmax(x / 0.3, over(b)))) <= 1e-14);
}

}  // namespace
