// SPDX-License-Identifier: MIT
// Reductions in larger expressions: nested, under a broadcast, of other types, of extreme numbers.
#include <qx/qx.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <tests/support/fill.hpp>
#include <vector>

namespace {

inline constexpr qx::axis<"a"> a;
inline constexpr qx::axis<"b"> b;
inline constexpr qx::axis<"c"> c;
constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();

template <class T>
T filled(T x, std::uint32_t seed) {
  qx::test::numbers(seed).fill(x.elements());
  return x;
}

TEST_CASE("softmax of a norm, and a sum of a softmax") {
  const auto x = filled(qx::tensor<float, a, b>(a(4), b(37)), 1);
  qx::tensor<float, b> w(b(37));
  for (float& v : w.elements())
    v = 1.5f;
  const qx::tensor<float, a, b> p = softmax(rms_norm(x, w, 1e-5f) / 0.7f, over(b));
  const qx::tensor<float, a> ones = sum(softmax(x, over(b)), over(b));
  for (std::size_t i = 0; i < 4; ++i) {
    double squares = 0;
    for (std::size_t j = 0; j < 37; ++j)
      squares += double{x[i, j]} * double{x[i, j]};
    const double scale = 1.5 / std::sqrt(squares / 37 + 1e-5) / 0.7;
    double total = 0;
    for (std::size_t j = 0; j < 37; ++j)
      total += std::exp(scale * double{x[i, j]});
    for (std::size_t j = 0; j < 37; ++j)
      CHECK(double{p[i, j]} ==
            doctest::Approx(std::exp(scale * double{x[i, j]}) / total).epsilon(2e-6));
    CHECK(double{ones[i]} == doctest::Approx(1.0).epsilon(1e-6));
  }
}

TEST_CASE("two axes summed one after the other, to a number or along what is left") {
  const auto x = filled(qx::tensor<float, a, b, c>(a(3), b(20), c(18)), 2);
  const qx::tensor<float> all = sum(sum(sum(x, over(c)), over(b)), over(a));
  const qx::tensor<float, a> first = sum(sum(x, over(b)), over(c));
  const qx::tensor<float, c> last = sum(sum(x, over(a)), over(b));
  double total = 0;
  std::vector<double> rows(3);
  std::vector<double> columns(18);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 20; ++j)
      for (std::size_t k = 0; k < 18; ++k) {
        const double v = double{x[i, j, k]};
        total += v;
        rows[i] += v;
        columns[k] += v;
      }
  CHECK(double{all.data()[0]} == doctest::Approx(total).epsilon(1e-4));
  CHECK(qx::test::apart(first.elements(), rows) <= 1e-5);
  CHECK(qx::test::apart(last.elements(), columns) <= 1e-5);
}

TEST_CASE("a statistic of less than the target's axes") {
  const auto x = filled(qx::tensor<float, a, b>(a(5), b(23)), 3);
  const auto rows = filled(qx::tensor<float, a, c>(a(5), c(17)), 4);
  const auto columns = filled(qx::tensor<float, b, c>(b(23), c(17)), 5);
  const auto alone = filled(qx::tensor<float, c>(c(17)), 6);
  const qx::tensor<float, a, b> y =
      x * sum(rows, over(c)) + max(columns, over(c)) - sum(alone, over(c));
  for (std::size_t i = 0; i < 5; ++i)
    for (std::size_t j = 0; j < 23; ++j) {
      double r = 0;
      double s = 0;
      float m = -infinity;
      for (std::size_t k = 0; k < 17; ++k) {
        r += double{rows[i, k]};
        s += double{alone[k]};
        m = std::max(m, columns[j, k]);
      }
      CHECK(double{y[i, j]} == doctest::Approx(double{x[i, j]} * r + double{m} - s).epsilon(1e-5));
    }
}

TEST_CASE("a reduced axis may have another length than the target's of that name") {
  const auto x = filled(qx::tensor<float, a, b>(a(2), b(3)), 7);
  const auto wide = filled(qx::tensor<float, a, b>(a(2), b(150)), 8);
  const qx::tensor<float, a, b> y = x + mean(softmax(wide, over(a)), over(b));
  for (std::size_t i = 0; i < 2; ++i) {
    double m = 0;
    for (std::size_t j = 0; j < 150; ++j)
      m += 1 / (1 + std::exp(double{wide[1 - i, j]} - double{wide[i, j]})) / 150;
    for (std::size_t j = 0; j < 3; ++j)
      CHECK(double{y[i, j]} == doctest::Approx(double{x[i, j]} + m).epsilon(1e-6));
  }
}

TEST_CASE("argmax: the first of equals, and never a NaN beside a number") {
  qx::tensor<float, b> x(b(50));
  x[7] = x[23] = x[40] = 3.0f;
  const qx::tensor<std::int32_t> first = argmax(x, over(b));
  CHECK(first.data()[0] == 7);
  x[2] = nan;
  x[49] = nan;
  const qx::tensor<std::int32_t> still = argmax(x, over(b));
  CHECK(still.data()[0] == 7);
  const qx::tensor<float> m = max(x, over(b));
  CHECK(m.data()[0] == 3.0f);
  for (float& v : x.elements())
    v = -infinity;
  const qx::tensor<std::int32_t> none = argmax(x, over(b));
  CHECK(none.data()[0] == 0);
}

TEST_CASE("integers and doubles are reduced as what they are") {
  qx::tensor<std::int32_t, a, b> i(a(2), b(21));
  for (std::size_t k = 0; k < i.size(); ++k)
    i.data()[k] = -1000 - static_cast<std::int32_t>(k);
  const qx::tensor<std::int32_t, a> least = min(i, over(b));
  const qx::tensor<std::int32_t, a> most = max(i, over(b));
  const qx::tensor<std::int32_t, b> down = max(i, over(a));
  const qx::tensor<std::int32_t, a> total = sum(i, over(b));
  const qx::tensor<std::int32_t, a> place = argmax(i, over(b));
  CHECK(least[1] == -1041);
  CHECK(most[1] == -1021);
  CHECK(down[20] == -1020);
  CHECK(total[0] == -21210);
  CHECK(place[1] == 0);
  for (std::int32_t& v : i.elements())
    v = 5;
  const qx::tensor<std::int32_t, a> small = min(i, over(b));
  CHECK(small[0] == 5);
  qx::tensor<double, b> d(b(19));
  for (std::size_t k = 0; k < 19; ++k)
    d[k] = -1e300 - 1e290 * static_cast<double>(k);
  const qx::tensor<double> lse = logsumexp(d, over(b));
  CHECK(lse.data()[0] == -1e300);
  const qx::tensor<double> m = max(d, over(b));
  CHECK(m.data()[0] == -1e300);
}

TEST_CASE("softmax and logsumexp of numbers that overflow, and of nothing allowed") {
  qx::tensor<float, b> x(b(40));
  for (std::size_t k = 0; k < 40; ++k)
    x[k] = k % 2 == 0 ? 1e30f : -1e30f;
  const qx::tensor<float, b> p = softmax(x, over(b));
  CHECK(p[0] == doctest::Approx(0.05));
  CHECK(p[1] == 0.0f);
  for (std::size_t k = 0; k < 40; ++k)
    x[k] = 1000.0f;
  const qx::tensor<float> lse = logsumexp(x, over(b));
  CHECK(lse.data()[0] == doctest::Approx(1000.0 + std::log(40.0)).epsilon(1e-6));
  for (std::size_t k = 0; k < 40; ++k)
    x[k] = k == 3 ? 0.0f : -infinity;
  const qx::tensor<float, b> one = softmax(x, over(b));
  CHECK(one[3] == 1.0f);
  CHECK(one[4] == 0.0f);
  x[5] = nan;
  const qx::tensor<float, b> bad = softmax(x, over(b));
  CHECK(std::isnan(bad[3]));
}

}  // namespace
