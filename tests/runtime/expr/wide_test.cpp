// SPDX-License-Identifier: MIT
// Complex numbers and double: elementwise, reduced, contracted; against the oracle, with every
// kernel table and any number of threads.
#include "agrees.hpp"

#include <qx/fuse/explain.hpp>

#include <complex>
#include <vector>

namespace {

using namespace qx::test;
using c32 = std::complex<float>;
using c64 = std::complex<double>;

template <class T>
void fill(std::span<T> out, std::uint32_t seed) {
  numbers from(seed);
  for (T& x : out) {
    const float first = from.next();
    if constexpr (qx::Complex<T>)
      x = qx::number_as<T>(c64(first, from.next()));
    else
      x = static_cast<T>(first) + static_cast<T>(from.next()) * T(1e-9);
  }
}
template <class T, auto Rows = a, auto Columns = b>
qx::tensor<T, Rows, Columns> matrix(std::size_t x, std::size_t y) {
  qx::tensor<T, Rows, Columns> t(Rows(x), Columns(y));
  fill(std::span<T>(t.data(), t.size()), static_cast<std::uint32_t>(x * 31 + y));
  return t;
}

double size(double x) { return std::abs(x); }
double size(int x) { return x; }
double size(c64 x) { return std::abs(x); }

/// As `agrees`, for elements of any kind: the largest distance from the oracle, relative to it.
template <class E>
void close(const E& e, double bound) {
  using list = typename E::axes_type;
  using element = typename E::value_type;
  const qx::basic_tensor<element, list> one = e;
  const auto want = qx::oracle::all(e);
  double worst = 0;
  for (std::size_t i = 0; i < want.size(); ++i) {
    const auto got = static_cast<std::remove_cvref_t<decltype(want[i])>>(one.data()[i]);
    const double far = size(got - want[i]) / std::max(1.0, size(want[i]));
    worst = far <= worst ? worst : far;  // not a number is the worst of all
  }
  CHECK(worst <= bound);
  static qx::context three(3);
  qx::basic_tensor<element, list> other(one.shape());
  eval(three, other <<= e);
  bool same = true;
  for (std::size_t i = 0; i < want.size(); ++i)
    same = same && one.data()[i] == other.data()[i];
  CHECK(same);
}

template <class T>
constexpr double unit = std::is_same_v<T, c32> ? 1e-6 : 1e-15;

template <class T>
void elementwise() {
  for (const std::size_t n : {1, 5, 16, 40}) {
    const auto x = matrix<T>(6, n);
    const auto y = matrix<T, b, a>(n, 6);
    const auto across = y.view();  // its rows lie across those of x
    close(x * across - x / (across * across + 3.0f), 4 * unit<T>);
    close(-x + exp(across), 4 * unit<T>);
    close(abs(x), 2 * unit<T>);
    close(where(abs(x) > 1, x, 0), 0);
    close(qx::cast<c64>(x) * c64(0, 1), 4 * unit<T>);
    close(sum(x, over(b)) * x, 20 * unit<T>);
    close(sum(x, over(a)), 20 * unit<T>);
    close(mean(x * x, over(b)), 20 * unit<T>);
    close(concatenate(over(b), x, pad(x, b, 1, 2)), 0);
    close(slice(x, a, 1, 5) * 2, 0);
    close(cumulative_sum(x, over(b)), 20 * unit<T>);
  }
}
TEST_CASE("elements of double and complex numbers") {
  elementwise<double>();
  elementwise<c32>();
  elementwise<c64>();
}

TEST_CASE("parts of complex numbers, and quotients that do not overflow") {
  const auto x = matrix<c32>(5, 21);
  close(real(x) + imag(x), unit<c32>);
  close(conj(x) * x, 4 * unit<c32>);
  close(qx::complex_of(real(x), -imag(x)) - conj(x), 0);
  close(x == conj(x), 0);
  close(softmax(real(x), over(b)), unit<c32>);
  qx::tensor<c32, a> large(a(3));
  large.data()[0] = {1e30f, 1e30f};
  large.data()[1] = {3e-30f, -4e-30f};
  large.data()[2] = {0, 0};
  const qx::tensor<c32, a> one = (large + 0.0f) / where(abs(large) > 0.0f, large, c32(1));
  CHECK(std::abs(one[0] - c32(1)) < 1e-6f);
  CHECK(std::abs(one[1] - c32(1)) < 1e-6f);
  CHECK(one[2] == c32(0));
  const qx::tensor<float, a> sizes = abs(large);
  CHECK(sizes[0] == doctest::Approx(1.41421356e30));
  CHECK(sizes[1] / 5e-30f == doctest::Approx(1));
  CHECK(sizes[2] == 0);
  qx::tensor<c32, a> half(a(3));
  eval(half <<= qx::complex_of(real(large), 0.0f * real(large)));
  CHECK(half[0] == c32(1e30f, 0));
}

template <class T>
void contractions() {
  for (const std::size_t n : {1, 5, 16, 40, 600}) {
    const double bound = static_cast<double>(n) * unit<T>;
    // The oracle adds in more than double precision: long sums for a few elements only.
    const auto x = matrix<T>(n > 40 ? 18 : 21, n);
    const auto y = matrix<T, b, c>(n, n > 40 ? 3 : 19);
    close(contract(x, y, over(b)), bound);
    if (n > 40) continue;
    const auto turned = matrix<T, c, b>(19, n);
    const auto upright = matrix<T, b, a>(n, 3);
    close(contract(upright, turned, over(b)), bound);
    close(contract(x * 2, y - 1, over(b)) / 3 + x[0, 0], 4 * bound);
    close(sum(contract(x, y, over(b)), over(c)), 40 * bound);
    close(contract(contract(x, y, over(b)), matrix<T, c, d>(19, 4), over(c)), 100 * bound);
    close(matmul(turned, x), bound);
    close(matmul(y, upright), bound);
    close(einsum(qx::axes<a, d>{}, x, y, matrix<T, c, d>(19, 2)), 100 * bound);
  }
}
TEST_CASE("contractions of double and complex numbers, with prologues and epilogues") {
  contractions<double>();
  contractions<c32>();
  contractions<c64>();
}

TEST_CASE("several axes at once, nothing to add up, no rows") {
  qx::tensor<c64, a, b, c> x(a(3), b(4), c(5));
  fill(std::span<c64>(x.data(), x.size()), 7);
  const auto y = rename(x, a, d);
  close(contract(x, y, over(c), over(b)), 1e-13);
  close(contract(x.view().transposed(qx::axes<c, a, b>{}), y, over(b), over(c)), 1e-13);
  close(contract(matrix<double>(3, 0), matrix<double, b, c>(0, 40), over(b)), 0);
  close(contract(matrix<double>(0, 3), matrix<double, b, c>(3, 40), over(b)), 0);
  close(contract(x, matrix<c64>(3, 4), over(b)), 1e-13);  // a stays: no matrices
}

TEST_CASE("every kernel table, in an arena of known size") {
  const auto x = matrix<c32>(37, 50);
  const auto y = matrix<c32, b, c>(50, 33);
  const auto e = contract(conj(x), y, over(b));
  const auto want = qx::oracle::all(e);
  for (const qx::kernel::table* table : qx::kernel::tables()) {
    if (!qx::kernel::runs_here(*table)) continue;
    qx::context one(1, *table);
    qx::tensor<c32, a, c> z(a(37), c(33));
    eval(one, z <<= e);
    double worst = 0;
    for (std::size_t i = 0; i < want.size(); ++i)
      worst = std::max(worst, std::abs(c64(z.data()[i]) - want[i]));
    CHECK(worst < 1e-4);
    CHECK(one.stored_bytes() == qx::arena_bytes(e));
  }
  const auto stages = qx::stages_of(e);
  REQUIRE(stages.size() == 3);  // conj, the product, its copy to the destination
  CHECK(stages[1].kind == "product");
  CHECK(stages[1].flops == 8.0 * 37 * 50 * 33);
  static_assert(qx::plan_of<decltype(e)>.stages == 2);
}

}  // namespace
