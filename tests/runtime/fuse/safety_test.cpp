// SPDX-License-Identifier: MIT
// `x = f(x)` is right whatever f is, and what a function returns as `auto` may be used after it:
// the address sanitizer runs this program.
#include <qx/qx.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <tests/support/fill.hpp>
#include <utility>

namespace {

inline constexpr qx::axis<"a"> a;
inline constexpr qx::axis<"b"> b;
inline constexpr qx::axis<"c"> c;

using matrix = qx::tensor<float, a, b>;

matrix filled(std::size_t n, unsigned seed = 11) {
  matrix x(a(n), b(n));
  qx::test::numbers(seed).fill(x.elements());
  return x;
}

/// In place gives what a target of its own gives, to the bit, on any number of threads.
template <class F>
void same_in_place(F f) {
  qx::context two(2);
  for (const std::size_t n : {1, 21, 200}) {
    const matrix source = filled(n);
    matrix want(a(n), b(n));
    eval(want <<= f(source));
    matrix x = source;
    eval(x <<= f(std::as_const(x)));
    matrix y = source;
    eval(two, y <<= f(std::as_const(y)));
    for (std::size_t i = 0; i < x.size(); ++i) {
      REQUIRE(x.data()[i] == want.data()[i]);
      REQUIRE(y.data()[i] == want.data()[i]);
    }
  }
}
/// The axes a and b exchanged.
template <class E>
auto turned(E&& e) {
  return rename(rename(rename(std::forward<E>(e), a, c), b, a), c, b);
}

TEST_CASE("x = f(x): exchanged axes, of x and of an expression") {
  same_in_place([](const matrix& x) { return turned(x) + 1.0f; });
  same_in_place([](const matrix& x) { return x + turned(x * 2); });
  same_in_place([](const matrix& x) { return turned(softmax(x, over(b))); });
}

TEST_CASE("x = f(x): other places of x") {
  same_in_place([](const matrix& x) { return pad(slice(x * 1, a, 0, x.extent(a) - 1), a, 1, 0); });
  same_in_place([](const matrix& x) { return pad(slice(x * 1, b, 1, x.extent(b) - 1), b, 0, 1); });
  same_in_place([](const matrix& x) {
    const std::size_t n = x.extent(a), half = n / 2;
    return concatenate(over(a), slice(x * 1, a, half, n - half), slice(x * 1, a, 0, half));
  });
  same_in_place([](const matrix& x) { return x + x.view().at(b, x.extent(b) - 1); });
}

TEST_CASE("x = f(x): functions of whole axes") {
  same_in_place([](const matrix& x) { return cumulative_sum(x, over(a)); });
  same_in_place([](const matrix& x) { return cumulative_sum(x, over(b)); });
  same_in_place([](const matrix& x) { return sort(x, over(a)) - x; });
  same_in_place([](const matrix& x) { return x / reduce(qx::fold<0.0f>([](auto p, auto q) { return p + q * q; }), x, over(a)); });
}

TEST_CASE("x = f(x): products of x with itself") {
  same_in_place([](const matrix& x) { return contract(rename(x, b, c), rename(x, a, c), over(c)); });
  same_in_place([](const matrix& x) { return x + rename(matmul(x, rename(x, a, c)), c, b); });
  same_in_place([](const matrix& x) { return einsum(qx::axes<a, b>{}, rename(x, b, c), rename(x, a, c), x); });
  same_in_place([](const matrix& x) { return stored(x * 2) + turned(x); });
}

/// The temporary moves in; so does an expression of it.
auto of_temporary() { return softmax(filled(20) * 2, over(b)) - 1.0f; }
auto of_parts() {
  auto centred = filled(20) - mean(filled(20, 5), over(b));
  auto scaled = centred / sqrt(mean(centred * centred, over(a)) + 1e-5f);
  return concatenate(over(a), scaled, filled(20) * 3);
}
auto of_arguments(const matrix& x, float by) { return where(x > by, exp(x * by), x); }
auto twice(auto e) { return e + e; }

TEST_CASE("what is returned holds what it needs") {
  const auto one = of_temporary();
  const auto two = of_parts();
  const matrix x = filled(20);
  const auto three = twice(of_arguments(x, 0.25f));
  const auto four = twice(contract(filled(20), rename(filled(20, 3), a, c), over(b)));
  const matrix got_one = one, again = one;
  const matrix got_two = two, got_three = three;
  const qx::tensor<float, a, c> got_four = four;
  CHECK(got_one[3, 4] == again[3, 4]);
  CHECK(got_two.extent(a) == 40);
  CHECK(got_two[39, 19] == 3 * x[19, 19]);
  const float element = x[2, 5];
  CHECK(got_three[2, 5] == doctest::Approx(2 * (element > 0.25f ? std::exp(element * 0.25f) : element)));
  CHECK(got_four.extent(c) == 20);
}

}  // namespace
