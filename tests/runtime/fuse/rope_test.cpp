// SPDX-License-Identifier: MIT
// Rotation against the plain formula: both pairings, heads of any size, part of a head, in place,
// and as the epilogue of a matmul.
#include <qx/qx.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <tests/support/fill.hpp>
#include <vector>

namespace {

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"head"> head;
inline constexpr qx::axis<"dim"> dim;
inline constexpr qx::axis<"model"> model;

using table = qx::tensor<float, token, dim>;
using heads = qx::tensor<float, token, head, dim>;
using angles_type = qx::rotation<qx::tensor_view<const float, token, dim>>;

std::size_t partner(std::size_t j, std::size_t rotated, qx::rope_pairs pairs) {
  if (j >= rotated) return j;
  if (pairs == qx::rope_pairs::adjacent) return j ^ 1;
  return j < rotated / 2 ? j + rotated / 2 : j - rotated / 2;
}

void fill_angles(table& cosine, table& sine, std::size_t rotated, qx::rope_pairs pairs) {
  for (std::size_t t = 0; t < cosine.extent(token); ++t)
    for (std::size_t j = 0; j < cosine.extent(dim); ++j) {
      const std::size_t p = partner(j, rotated, pairs);
      const double angle = 0.3 * double(t + 1) * double(std::min(j, p) + 1);
      cosine[t, j] = p == j ? 1.0f : static_cast<float>(std::cos(angle));
      sine[t, j] = p == j ? 0.0f : static_cast<float>(j < p ? -std::sin(angle) : std::sin(angle));
    }
}

template <class X>
double rotated_apart(const heads& y, const X& x, const table& c, const table& s,
                     std::size_t rotated, qx::rope_pairs pairs) {
  std::vector<double> want;
  for (std::size_t t = 0; t < y.extent(token); ++t)
    for (std::size_t h = 0; h < y.extent(head); ++h)
      for (std::size_t j = 0; j < y.extent(dim); ++j)
        want.push_back(double(x(t, h, j)) * double{c[t, j]} +
                       double(x(t, h, partner(j, rotated, pairs))) * double{s[t, j]});
  return qx::test::apart(y.elements(), want);
}

TEST_CASE("both pairings, whole and partial, of tensors and in place") {
  for (const auto pairs : {qx::rope_pairs::adjacent, qx::rope_pairs::halves})
    for (const std::size_t n : {2, 6, 48, 64, 80, 96, 130})
      for (const std::size_t rotated : {n, n / 4 * 2}) {
        table cosine(token(3), dim(n));
        table sine(token(3), dim(n));
        fill_angles(cosine, sine, rotated, pairs);
        heads x(token(3), head(2), dim(n));
        qx::test::numbers(7).fill(x.elements());
        const heads old = x;
        const angles_type angles{std::as_const(cosine).view(), std::as_const(sine).view(), rotated,
                                 pairs};
        const auto at = [&](std::size_t t, std::size_t h, std::size_t j) { return old[t, h, j]; };
        const heads y = rope(old, angles);
        REQUIRE(rotated_apart(y, at, cosine, sine, rotated, pairs) <= 3e-7);
        qx::eval(x <<= rope(x, angles));
        REQUIRE(rotated_apart(x, at, cosine, sine, rotated, pairs) <= 3e-7);
      }
}

TEST_CASE("a column statistic inside a rotation") {
  const std::size_t n = 48;
  table cosine(token(3), dim(n));
  table sine(token(3), dim(n));
  fill_angles(cosine, sine, n, qx::rope_pairs::halves);
  heads x(token(3), head(4), dim(n));
  qx::test::numbers(8).fill(x.elements());
  const heads y = rope(x - max(x, over(head)),
                       angles_type{std::as_const(cosine).view(), std::as_const(sine).view(), n,
                                   qx::rope_pairs::halves});
  const auto at = [&](std::size_t t, std::size_t h, std::size_t j) {
    float m = x[t, std::size_t{0}, j];
    for (std::size_t i = 1; i < 4; ++i)
      m = std::max(m, x[t, i, j]);
    return x[t, h, j] - m;
  };
  CHECK(rotated_apart(y, at, cosine, sine, n, qx::rope_pairs::halves) <= 5e-7);
}

TEST_CASE("the epilogue of a matmul: many heads, and one head longer than a tile") {
  for (const auto pairs : {qx::rope_pairs::adjacent, qx::rope_pairs::halves})
    for (const std::size_t n : {48, 80, 128, 200})
      for (const std::size_t count : {1, 3}) {
        table cosine(token(3), dim(n));
        table sine(token(3), dim(n));
        fill_angles(cosine, sine, n, pairs);
        const angles_type angles{std::as_const(cosine).view(), std::as_const(sine).view(), n,
                                 pairs};
        qx::tensor<float, head, dim, model> w(head(count), dim(n), model(32));
        qx::test::numbers(9).fill(w.elements());
        qx::tensor<float, token, model> x(token(3), model(32));
        qx::test::numbers(10).fill(x.elements());
        const auto at = [&](std::size_t t, std::size_t h, std::size_t j) {
          double s = 0;
          for (std::size_t i = 0; i < 32; ++i)
            s += double{w[h, j, i]} * double{x[t, i]};
          return s;
        };
        heads y(token(3), head(count), dim(n));
        qx::eval(y <<= rope(matmul(w, x), angles));
        REQUIRE(rotated_apart(y, at, cosine, sine, n, pairs) <= 2e-5);
        if (count != 1) continue;
        heads z(token(3), head(1), dim(n));
        qx::eval(z.view().at(head, 0) <<=
                 rope(matmul(std::as_const(w).view().at(head, 0), x), angles));
        REQUIRE(rotated_apart(z, at, cosine, sine, n, pairs) <= 2e-5);
      }
}

TEST_CASE("angles that do not fit") {
  table cosine(token(3), dim(8));
  table sine(token(2), dim(8));
  heads x(token(3), head(2), dim(8));
  heads y(token(3), head(2), dim(8));
  const auto view = [](const table& t) { return t.view(); };
  CHECK_THROWS_AS(
      qx::eval(y <<= rope(x, angles_type{view(cosine), view(sine), 8, qx::rope_pairs::halves})),
      qx::shape_error);
  CHECK_THROWS_AS(
      qx::eval(y <<= rope(x, angles_type{view(sine), view(sine), 8, qx::rope_pairs::halves})),
      qx::shape_error);
  CHECK_THROWS_AS(
      qx::eval(y <<= rope(x, angles_type{view(cosine), view(cosine), 10, qx::rope_pairs::halves})),
      qx::shape_error);
  CHECK_THROWS_AS(
      qx::eval(y <<= rope(x, angles_type{view(cosine), view(cosine), 5, qx::rope_pairs::halves})),
      qx::shape_error);
}

}  // namespace
