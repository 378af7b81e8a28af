// SPDX-License-Identifier: MIT
// Parts of expressions that are computed once: counted, and compared with what they are by
// definition.
#include <qx/fuse/explain.hpp>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <tests/runtime/expr/agrees.hpp>

namespace {

using namespace qx::test;

std::atomic<std::size_t> calls = 0;

/// As dear as e^x, lane by lane, so that every call is an element.
struct counted_exp {
  static constexpr qx::op_cost cost{8, 1};
  static constexpr std::string_view name = "counted_exp";
  float operator()(float x) const {
    ++calls;
    return std::exp(x);
  }
};
template <class E>
auto dear(E&& e) {
  return map(counted_exp{}, std::forward<E>(e));
}

template <class T>
T numbered(T t) {
  numbers(static_cast<std::uint32_t>(t.size())).fill(t.elements());
  return t;
}
qx::tensor<float, a, b> matrix(std::size_t x, std::size_t y) {
  return numbered(qx::tensor<float, a, b>(a(x), b(y)));
}
/// The largest distance of a destination from what an expression is by definition.
template <class T, class Axes, class E>
double apart(const qx::basic_view<T, Axes>& target, const E& e) {
  double worst = 0;
  for (std::size_t i = 0; i < target.size(); ++i) {
    qx::oracle::place<qx::leaf<qx::basic_view<T, Axes>>> at{};
    for (std::size_t k = at.size(), rest = i; k-- > 0; rest /= target.shape()[k])
      at[k] = rest % target.shape()[k];
    const double want =
        qx::oracle::value(e, qx::oracle::project<typename E::axes_type, Axes>(at)).value;
    worst =
        std::max(worst, std::abs(double{target.data()[i]} - want) / std::max(1.0, std::abs(want)));
  }
  return worst;
}
/// How often the dear function was called, by one thread; the result is checked as well.
template <class... A>
std::size_t calls_of(const A&... assignments) {
  static qx::context one(1);
  calls = 0;
  eval(one, assignments...);
  const std::size_t made = calls;
  CHECK(((apart(assignments.target, assignments.expression) <= rounded) && ...));
  return made;
}
TEST_CASE("what stands in an expression twice is computed once") {
  for (const std::size_t n : {1, 15, 16, 45, 10'000}) {
    const auto x = numbered(qx::tensor<float, b>(b(n)));
    qx::tensor<float, b> y(b(n));
    const auto h = dear(x);
    CHECK(calls_of(y <<= h * 2.0f + h) == n);
    CHECK(calls_of(y <<= (h + 1.0f) / (h + 2.0f) - h) == n);
    const auto other = numbered(qx::tensor<float, b>(b(n)));
    CHECK(calls_of(y <<= dear(x) + dear(other)) == 2 * n);  // the same type, but not the same
    static_assert(qx::plan_of<decltype(h * 2.0f + h)>.kept == 2);
    static_assert(qx::plan_of<decltype(h * 2.0f)>.kept == 0);
  }
  const auto x = matrix(7, 45);
  auto y = matrix(7, 45);
  const auto p = softmax(dear(x), over(b));
  CHECK(calls_of(y <<= p * p) == 7 * 45);
  const auto m = dear(max(x, over(b)));
  CHECK(calls_of(y <<= x * m + m) == 7);
  calls = 0;
  auto z = x;
  eval(z <<= dear(z) / (dear(z) + 1.0f));  // in place
  CHECK(calls == 7 * 45);
  CHECK(apart(z.view(), dear(x) / (dear(x) + 1.0f)) <= rounded);
}

TEST_CASE("several outputs share what they have in common") {
  for (const std::size_t n : {5, 33, 10'000}) {
    const auto x = numbered(qx::tensor<float, b>(b(n)));
    qx::tensor<float, b> y(b(n));
    qx::tensor<float, b> z(b(n));
    const auto h = dear(x);
    CHECK(calls_of(y <<= h * 2.0f, z <<= h + 1.0f) == n);
  }
  const auto x = matrix(9, 45);
  auto y = matrix(9, 45);
  auto z = matrix(9, 45);
  const auto p = softmax(dear(x), over(b));
  CHECK(calls_of(y <<= p * 2.0f, z <<= p + x) == 9 * 45);
  qx::context three(3);
  calls = 0;
  eval(three, y <<= p * 2.0f, z <<= p + x);
  CHECK(calls == 9 * 45);
  const auto before = z;
  eval(y <<= p * 2.0f, z <<= p + x);
  CHECK(qx::test::apart(z.elements(), before.elements()) == 0.0);
  auto t = numbered(qx::tensor<float, b, a>(b(45), a(9)));
  // The other one walks across rows: a softmax along them is two passes of its own.
  CHECK(calls_of(y <<= p * 2.0f, t <<= p + x) == 3 * 9 * 45);
}

TEST_CASE("what lacks an axis is not computed for each of its elements") {
  const auto x = matrix(9, 45);
  const auto row = numbered(qx::tensor<float, b>(b(45)));
  const auto column = numbered(qx::tensor<float, a>(a(9)));
  auto y = matrix(9, 45);
  CHECK(calls_of(y <<= x + dear(row)) == 45);
  CHECK(calls_of(y <<= x * dear(column)) == 9);
  CHECK(calls_of(y <<= dear(row)) == 45);
  CHECK(calls_of(y <<= dear(column)) == 9);
  CHECK(calls_of(y <<= x * dear(column) + dear(row)) == 9 + 45);
  CHECK(calls_of(y <<= x - dear(sum(x, over(b)))) == 9);
  CHECK(calls_of(y <<= softmax(x + dear(row), over(b))) == 45);
  qx::tensor<float, b> sums(b(45));
  CHECK(calls_of(sums <<= sum(x + dear(row), over(a))) == 45);
  static_assert(qx::plan_of<decltype(x + dear(row))>.kept == 1);
  static_assert(qx::plan_of<decltype(x + dear(row))>.transcendental == 0);
  static_assert(qx::plan_of<decltype(x + row * 2.0f)>.kept == 0);  // cheaper than keeping it

  const cube whole = filled(3, 4, 20);
  const auto slices = numbered(qx::tensor<float, a, c>(a(3), c(20)));
  cube z = whole;
  CHECK(calls_of(z <<= whole + dear(slices)) == 3 * 20);
  qx::context three(3);
  calls = 0;
  eval(three, z <<= whole + dear(slices));
  CHECK(calls <= 3 * 3 * 20);  // each thread for its rows
  CHECK(apart(z.view(), whole + dear(slices)) <= rounded);

  qx::tensor<float, qx::fixed<a, 4>, qx::fixed<b, 16>> small;
  qx::tensor<float, qx::fixed<b, 16>> line;
  calls = 0;
  eval(small <<= small + dear(line));
  CHECK(calls == 16);
  CHECK(small[3, 15] == 1.0f);
}

TEST_CASE("kept parts agree with their definition") {
  const cube x = filled(5, 6, 33);
  const auto column = numbered(qx::tensor<float, a>(a(5)));
  agrees(x / exp(column) + exp(x) * exp(x), rounded);
  agrees(exp(max(x, over(c))) - x * exp(max(x, over(c))), rounded);
  agrees(softmax(x / sum(exp(x), over(b)), over(c)), rounded);
  agrees(where(exp(column) > 1.0f, x, exp(column)), rounded);
  agrees(sum(exp(column) * x, over(a)) / sum(exp(column), over(a)), rounded);
  CHECK(qx::stages_of(x + exp(column))[0].expression == "([a, b, c] + kept(exp([a])))");
}

}  // namespace
