// SPDX-License-Identifier: MIT
// Axes are matched by name: in any order, missing, strided, transposed, static or dynamic.
#include <qx/qx.hpp>

#include <doctest/doctest.h>

#include <tests/support/fill.hpp>

namespace {

inline constexpr qx::axis<"a"> a;
inline constexpr qx::axis<"b"> b;
inline constexpr qx::axis<"c"> c;
inline constexpr qx::axis<"d"> d;

template <class T>
T filled(T x, std::uint32_t seed) {
  qx::test::numbers(seed).fill(x.elements());
  return x;
}

TEST_CASE("an operand without an axis is the same along it, in both orders of the operands") {
  const auto x = filled(qx::tensor<float, a, qx::fixed<b, 5>, c>(a(3), c(21)), 1);
  const auto v = filled(qx::tensor<float, c, a>(a(3), c(21)), 2);
  const auto w = filled(qx::tensor<float, b>(b(5)), 3);
  qx::tensor<float, a, b, c> y(a(3), b(5), c(21));
  qx::tensor<float, c, b, a> z(a(3), b(5), c(21));
  qx::eval(y <<= w + x * v, z <<= v * x + w);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 5; ++j)
      for (std::size_t k = 0; k < 21; ++k) {
        const float want = x[i, j, k] * v[k, i] + w[j];
        CHECK(y[i, j, k] == want);
        CHECK(z[k, j, i] == want);
      }
}

TEST_CASE("outer products, numbers alone, and rank 0 to 4") {
  const auto u = filled(qx::tensor<float, a>(a(7)), 4);
  const auto v = filled(qx::tensor<float, b>(b(33)), 5);
  const qx::tensor<float, a, b> outer = u * v;
  const qx::tensor<float, b, a> swapped = u * v;
  for (std::size_t i = 0; i < 7; ++i)
    for (std::size_t j = 0; j < 33; ++j) {
      CHECK(outer[i, j] == u[i] * v[j]);
      CHECK(swapped[j, i] == u[i] * v[j]);
    }
  qx::tensor<float> s;
  s.data()[0] = 2.0f;
  const qx::tensor<float> t = s * s + 1;
  CHECK(t.data()[0] == 5.0f);
  const auto x = filled(qx::tensor<float, a, b, c, d>(a(2), b(3), c(4), d(18)), 6);
  qx::tensor<float, d, c, b, a> r(a(2), b(3), c(4), d(18));
  qx::eval(r <<= x * s);
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t j = 0; j < 3; ++j)
      for (std::size_t k = 0; k < 4; ++k)
        for (std::size_t l = 0; l < 18; ++l)
          CHECK(r[l, k, j, i] == 2.0f * x[i, j, k, l]);
}

TEST_CASE("slices, steps and single indices, read and written") {
  auto x = filled(qx::tensor<float, a, b>(a(9), b(41)), 7);
  const auto before = x;
  qx::tensor<float, a, b> y(a(4), b(20));
  qx::eval(y <<= x.view().slice(a, 1, 4, 2).slice(b, 0, 20, 2) * 10);
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 20; ++j)
      CHECK(y[i, j] == before[1 + 2 * i, 2 * j] * 10);
  qx::eval(x.view().slice(b, 1, 20, 2).first(a, 4) <<= y);
  for (std::size_t i = 0; i < 9; ++i)
    for (std::size_t j = 0; j < 41; ++j)
      CHECK(x[i, j] == (i < 4 && j % 2 == 1 ? y[i, j / 2] : before[i, j]));
  qx::eval(x.view().at(a, 8) <<= x.view().at(a, 0) + 1);
  for (std::size_t j = 0; j < 41; ++j)
    CHECK(x[8, j] == x[0, j] + 1);
}

TEST_CASE("extents that disagree throw with the axis and both extents, before anything runs") {
  const auto x = filled(qx::tensor<float, a, b>(a(3), b(4)), 8);
  const auto y = filled(qx::tensor<float, b>(b(5)), 9);
  qx::tensor<float, a, b> z(a(3), b(4));
  CHECK_THROWS_WITH_AS(qx::eval(z <<= x + y), "axis 'b': extent 4 here, 5 there", qx::shape_error);
  qx::tensor<float, a, b> late(a(2), b(4));
  CHECK_THROWS_WITH_AS(qx::eval(z <<= x + 1, late <<= z * 2), "axis 'a': extent 2 here, 3 there",
                       qx::shape_error);
  CHECK(z[0, 0] == 0.0f);
  CHECK_THROWS_AS(qx::eval(z <<= qx::map([](auto p, auto q) { return p * q; }, x, y)),
                  qx::shape_error);
  CHECK_THROWS_AS(qx::eval(z <<= where(x > 0, x, y)), qx::shape_error);
}

TEST_CASE("a tensor is made of another tensor or view, in any order, static or dynamic") {
  const auto x = filled(qx::tensor<float, a, b>(a(9), b(41)), 10);
  const qx::tensor<float, b, a> turned = x;
  const qx::tensor<float, qx::fixed<a, 9>, b> fixed = x;
  const qx::tensor<float, a, b> dynamic = fixed;
  const qx::tensor<float, b, a> part = x.view().slice(a, 1, 4, 2);
  for (std::size_t i = 0; i < 9; ++i)
    for (std::size_t j = 0; j < 41; ++j) {
      REQUIRE(turned[j, i] == x[i, j]);
      REQUIRE(fixed[i, j] == x[i, j]);
      REQUIRE(dynamic[i, j] == x[i, j]);
    }
  CHECK(part.extent(a) == 4);
  CHECK(part[40, 3] == x[7, 40]);
  qx::tensor<float, b> row(b(2));
  row = x.view().at(a, 3);
  CHECK(row.size() == 41);
  CHECK(row[40] == x[3, 40]);
  using too_wide = qx::tensor<float, qx::fixed<a, 10>, b>;
  CHECK_THROWS_AS(too_wide{x}, qx::shape_error);
  const qx::tensor<float> total = sum(sum(x, over(b)), over(a));
  CHECK(total[] == total.elements()[0]);
}

TEST_CASE("nothing to compute is no work") {
  const qx::tensor<float, a, b> x(a(0), b(4));
  const qx::tensor<float, a, b> y = x * 2;
  CHECK(y.size() == 0);
  const qx::tensor<float, b> s = sum(x, over(a));
  CHECK(s[3] == 0.0f);
  const qx::tensor<float, a> r = max(x, over(b));
  CHECK(r.size() == 0);
}

}  // namespace
