// SPDX-License-Identifier: MIT
// Targets that are read while they are written, and assignments that depend on each other.
#include <qx/qx.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <complex>
#include <cstdint>
#include <tests/support/fill.hpp>
#include <vector>

namespace {

inline constexpr qx::axis<"a"> a;
inline constexpr qx::axis<"b"> b;
inline constexpr qx::axis<"k"> k;

using matrix = qx::tensor<float, a, b>;

matrix filled(std::size_t m, std::size_t n) {
  matrix x(a(m), b(n));
  qx::test::numbers(11).fill(x.elements());
  return x;
}

/// In place gives what a target of its own gives, to the bit.
template <class F>
void same_in_place(F expression) {
  for (const std::size_t n : {1, 16, 21, 64, 67}) {
    matrix x = filled(n, n);
    const matrix source = x;
    matrix want(a(n), b(n));
    qx::eval(want <<= expression(source));
    qx::eval(x <<= expression(std::as_const(x)));
    for (std::size_t i = 0; i < x.size(); ++i)
      REQUIRE(x.data()[i] == want.data()[i]);
  }
}

/// The same memory with its axes exchanged.
auto turned(const matrix& x) {
  return qx::tensor_view<const float, a, b>(x.data(), x.shape(),
                                            {1, static_cast<std::ptrdiff_t>(x.extent(b))});
}

template <class T>
void copied_with(const std::array<std::size_t, 3>& sizes,
                 const std::array<std::ptrdiff_t, 3>& steps) {
  using list = qx::axes<a, b, k>;
  const std::size_t count = sizes[0] * sizes[1] * sizes[2];
  std::vector<T> from(count), to(400, T(1)), want = to;
  std::size_t next = 0;
  for (std::size_t i = 0; i < sizes[0]; ++i)
    for (std::size_t j = 0; j < sizes[1]; ++j)
      for (std::size_t l = 0; l < sizes[2]; ++l, ++next) {
        from[next] = T(static_cast<signed char>(2 + next % 100));
        want[i * static_cast<std::size_t>(steps[0]) + j * static_cast<std::size_t>(steps[1]) +
             l * static_cast<std::size_t>(steps[2])] = from[next];
      }
  qx::copy_elements(from.data(),
                    qx::basic_view<T, list>(to.data(), qx::extents<list>(sizes), steps));
  REQUIRE(to == want);
}

TEST_CASE("elements that lie together go where strides say") {
  const auto all_types = [](const std::array<std::size_t, 3>& sizes,
                            const std::array<std::ptrdiff_t, 3>& steps) {
    copied_with<std::int8_t>(sizes, steps);
    copied_with<std::int16_t>(sizes, steps);
    copied_with<float>(sizes, steps);
    copied_with<double>(sizes, steps);
    copied_with<std::complex<double>>(sizes, steps);
  };
  all_types({3, 4, 5}, {20, 5, 1});   // all together
  all_types({3, 4, 5}, {40, 5, 1});   // planes
  all_types({3, 4, 5}, {48, 12, 1});  // rows
  all_types({3, 4, 5}, {120, 30, 2});
  all_types({3, 4, 5}, {1, 3, 12});
  all_types({1, 4, 1}, {7, 9, 11});  // a step along one element says nothing
  all_types({3, 0, 5}, {1, 1, 1});
}

TEST_CASE("elementwise, row and column statistics in place") {
  same_in_place([](auto& x) { return x * 2; });
  same_in_place([](auto& x) { return softmax(x, over(b)); });
  same_in_place([](auto& x) { return softmax(x, over(a)); });
  same_in_place([](auto& x) { return x - mean(x, over(b)); });
  same_in_place([](auto& x) { return x - mean(x, over(a)); });
  same_in_place([](auto& x) { return x / sum(sum(abs(x), over(b)), over(a)); });
}

TEST_CASE("transposed, shifted and broadcast reads of the target") {
  same_in_place([](auto& x) { return turned(x) + 1; });
  same_in_place([](auto& x) { return x + x.view().at(a, 0); });
  same_in_place([](auto& x) { return x - x.view().at(b, x.extent(b) - 1); });
  matrix x = filled(9, 40);
  const matrix before = x;
  qx::eval(x.view().slice(b, 1, 39) <<= x.view().slice(b, 0, 39));
  for (std::size_t i = 0; i < 9; ++i)
    for (std::size_t j = 1; j < 40; ++j)
      CHECK(x[i, j] == before[i, j - 1]);
}

TEST_CASE("assignments run as if one after the other") {
  matrix x = filled(5, 20);
  const matrix old = x;
  matrix y(a(5), b(20));
  matrix z(a(5), b(20));
  qx::eval(y <<= x + 1, x <<= x * 2, z <<= y + x);
  for (std::size_t i = 0; i < x.size(); ++i) {
    CHECK(y.data()[i] == old.data()[i] + 1);
    CHECK(x.data()[i] == old.data()[i] * 2);
    CHECK(z.data()[i] == y.data()[i] + x.data()[i]);
  }
  qx::context ctx(1);
  qx::eval(ctx, y <<= old + 1, z <<= old * old);
  CHECK(ctx.counters().stages == 1);
  qx::eval(ctx, y <<= old + 1, z <<= y);
  CHECK(ctx.counters().stages == 3);
}

TEST_CASE("rows scattered, also to the tensor that they are read from") {
  matrix x = filled(4, 19);
  const matrix old = x;
  matrix y(a(6), b(19));
  const std::array<std::int32_t, 4> to{5, 0, 3, 1};
  qx::eval(qx::scatter_rows<a>(y.view(), to) <<= x * 2);
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 19; ++j)
      CHECK(y[static_cast<std::size_t>(to[i]), j] == old[i, j] * 2);
  const std::array<std::int32_t, 4> turn{1, 2, 3, 0};
  qx::eval(qx::scatter_rows<a>(x.view(), turn) <<= x);
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 19; ++j)
      CHECK(x[(i + 1) % 4, j] == old[i, j]);
  const std::array<std::int32_t, 4> outside{0, 1, 6, 2};
  CHECK_THROWS_WITH_AS(qx::eval(qx::scatter_rows<a>(y.view(), outside) <<= x),
                       "axis 'a': there is no row 6 among 6", qx::shape_error);
}

TEST_CASE("gather: checked before anything runs, and safe from its own target") {
  matrix table = filled(5, 33);
  const matrix old = table;
  qx::tensor<std::int32_t, a> ids(a(5));
  for (std::size_t i = 0; i < 5; ++i)
    ids[i] = static_cast<std::int32_t>(4 - i);
  qx::eval(table <<= gather(std::as_const(table), ids));
  for (std::size_t i = 0; i < 5; ++i)
    for (std::size_t j = 0; j < 33; ++j)
      CHECK(table[i, j] == old[4 - i, j]);
  matrix y(a(5), b(33));
  matrix other(a(5), b(33));
  for (const std::int32_t bad : {-1, 5}) {
    ids[3] = bad;
    CHECK_THROWS_AS(qx::eval(other <<= old + 1, y <<= gather(old, ids)), qx::shape_error);
    CHECK(other[0, 0] == 0.0f);
    CHECK_THROWS_AS(qx::eval(y <<= gather(old, qx::tensor<std::int32_t, a>(ids))), qx::shape_error);
  }
  // Row numbers that the same eval writes are checked when they are there.
  qx::eval(ids <<= ids * 0 + 2, y <<= gather(old, ids));
  CHECK(y[3, 7] == old[2, 7]);
}

TEST_CASE("a weight that is written and multiplied with in one eval") {
  qx::tensor<float, b, k> w(b(3), k(8));
  qx::tensor<float, a, k> x(a(2), k(8));
  for (float& v : x.elements())
    v = 1.0f;
  matrix y(a(2), b(3));
  qx::eval(w <<= w + 1, y <<= matmul(w, x));
  for (const float v : y.elements())
    CHECK(v == 8.0f);
}

}  // namespace
