// SPDX-License-Identifier: MIT
// Functions of whole axes, random numbers and rounding casts against the oracle: along the last, a
// middle and the first axis, of memory and of expressions, at lengths around sixteen.
#include "agrees.hpp"

#include <array>
#include <cmath>
#include <vector>

namespace {

using namespace qx::test;

TEST_CASE("cumulative sums, order and the k largest, along every axis") {
  for (const std::size_t n : {1, 7, 16, 45}) {
    const cube x = filled(2, 3, n);
    const cube y = filled(n, 2, 19);
    agrees(cumulative_sum(x, over(c)), exactly);
    agrees(cumulative_max(x * 2.0f, over(c)), exactly);
    agrees(cumulative_sum(y, over(a)) * 2.0f, exactly);
    agrees(cumulative_sum(sum(y, over(b)), over(a)), rounded);
    agrees(sort(x, over(c)), exactly);
    agrees(sort(y, over(a), qx::direction::descending), exactly);
    agrees(argsort(y, over(b)), exactly);
    agrees(top_k(x, over(c), d(1)), exactly);
    agrees(top_k(-y, over(a), d(n > 4 ? 4 : 1)), exactly);
    agrees(sum(sort(x, over(c)), over(b)), rounded);
  }
  const cube x = filled(2, 3, 4);
  CHECK_THROWS_AS(agrees(top_k(x, over(c), d(5)), 0), qx::shape_error);
}

TEST_CASE("rows are added up by number, in the order of the rows") {
  const cube x = filled(7, 3, 20);
  const std::vector<std::int32_t> places{4, 0, 4, 4, 1, 0, 5};
  agrees(scatter_add(x, over(a), places, d(6)), exactly);
  agrees(scatter_add(x * 2.0f, over(a), places, d(6)) + 1.0f, exactly);
  const cube z = filled(2, 3, 7);
  agrees(scatter_add(z, over(c), places, d(30)), exactly);
  const std::vector<std::int32_t> outside{4, 0, 4, 6, 1, 0, 5};
  CHECK_THROWS_AS(agrees(scatter_add(x, over(a), outside, d(6)), 0), qx::shape_error);
}

TEST_CASE("random numbers are the same whatever computes them") {
  agrees(qx::random_uniform(7, a(3), b(5), c(33)), exactly);
  const qx::tensor<float, a, b> one = qx::random_uniform(7, a(4), b(100));
  const qx::tensor<float, a, b> turned = qx::random_uniform(7, a(4), b(100)) * 1.0f;
  CHECK(qx::test::apart(one.elements(), turned.elements()) == 0.0);
  const qx::tensor<float, a> normal = qx::random_normal(11, a(100000));
  const qx::tensor<float> mean = qx::mean(normal, over(a));
  const qx::tensor<float> square = qx::mean(normal * normal, over(a));
  // Five deviations of the mean (1/√n) and of the mean square (√(2/n)).
  CHECK(std::abs(mean.elements()[0]) < 5 / std::sqrt(100000.0));
  CHECK(std::abs(square.elements()[0] - 1) < 5 * std::sqrt(2.0 / 100000.0));
}

TEST_CASE("casts round to what the type holds") {
  qx::tensor<float, a> x(a(40));
  qx::test::numbers(3).fill(x.elements());
  const float special[] = {0.5f, 1.5f, -0.5f, -2.5f, 127.6f, -300.0f, 1e30f, NAN};
  for (std::size_t i = 0; i < 8; ++i)
    x.data()[i] = special[i];
  const qx::tensor<std::int8_t, a> y = qx::cast<std::int8_t>(x);
  const int want[] = {0, 2, 0, -2, 127, -128, 127, 0};
  for (std::size_t i = 0; i < 8; ++i)
    CHECK(int{y[i]} == want[i]);
  const qx::tensor<qx::f16, a> halves = x * 1.0f;
  const qx::tensor<float, a> direct = qx::cast<qx::f16>(x);
  for (std::size_t i = 8; i < 40; ++i)
    CHECK(direct[i] == static_cast<float>(halves[i]));
  agrees(qx::cast<qx::bf16>(x), exactly);
}

}  // namespace
