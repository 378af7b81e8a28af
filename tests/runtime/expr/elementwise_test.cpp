// SPDX-License-Identifier: MIT
// Functions and operators against the same formula in double precision, at every length of a row.
#include <qx/qx.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <tests/support/fill.hpp>
#include <vector>

namespace {

inline constexpr qx::axis<"row"> row;
inline constexpr qx::axis<"col"> col;

using matrix = qx::tensor<float, row, col>;

matrix filled(std::size_t rows, std::size_t cols, std::uint32_t seed) {
  matrix x(row(rows), col(cols));
  qx::test::numbers(seed).fill(x.elements());
  return x;
}

/// Evaluates `expression(a, b)` for rows of 1 to 70 elements and compares with `formula(a, b)`.
template <class E, class F>
void agrees(E expression, F formula, double most) {
  double worst = 0.0;
  for (std::size_t n = 1; n <= 70; ++n) {
    const matrix a = filled(3, n, 1);
    const matrix b = filled(3, n, 2);
    matrix y(row(3), col(n));
    qx::eval(y <<= expression(a, b));
    std::vector<double> want(y.size());
    for (std::size_t i = 0; i < want.size(); ++i)
      want[i] = formula(double{a.data()[i]}, double{b.data()[i]});
    worst = std::max(worst, qx::test::apart(y.elements(), want));
  }
  CHECK(worst <= most);
}

constexpr double one_rounding = 6.0e-8;  // half a unit in the last place, relative to 1 or more

TEST_CASE("arithmetic is rounded once") {
  agrees([](auto& a, auto& b) { return a + b; }, [](double a, double b) { return a + b; },
         one_rounding);
  agrees([](auto& a, auto& b) { return a - b; }, [](double a, double b) { return a - b; },
         one_rounding);
  agrees([](auto& a, auto& b) { return a * b; }, [](double a, double b) { return a * b; },
         one_rounding);
  agrees([](auto& a, auto& b) { return a / b; }, [](double a, double b) { return a / b; },
         one_rounding);
  agrees([](auto& a, auto&) { return -a; }, [](double a, double) { return -a; }, 0.0);
  agrees([](auto& a, auto&) { return 3 - a; }, [](double a, double) { return 3 - a; },
         one_rounding);
  agrees([](auto& a, auto&) { return a / 4; }, [](double a, double) { return a / 4; }, 0.0);
}

TEST_CASE("comparisons, choices and the larger of two are exact") {
  using qx::max;
  using qx::min;
  agrees([](auto& a, auto& b) { return max(a, b); },
         [](double a, double b) { return std::max(a, b); }, 0.0);
  agrees([](auto& a, auto& b) { return min(a, b); },
         [](double a, double b) { return std::min(a, b); }, 0.0);
  agrees([](auto& a, auto&) { return max(a, 0); },
         [](double a, double) { return std::max(a, 0.0); }, 0.0);
  agrees([](auto& a, auto& b) { return where(a < b, a, b); },
         [](double a, double b) { return a < b ? a : b; }, 0.0);
  agrees([](auto& a, auto&) { return where(a > 0, a, 0); },
         [](double a, double) { return a > 0 ? a : 0.0; }, 0.0);
  agrees([](auto& a, auto&) { return where(a >= 0, 1, a); },
         [](double a, double) { return a >= 0 ? 1.0 : a; }, 0.0);
  agrees([](auto& a, auto& b) { return a <= b && !(0 < a); },
         [](double a, double b) { return a <= b && !(0 < a) ? 1.0 : 0.0; }, 0.0);
  agrees([](auto& a, auto& b) { return a == b || a != a; },
         [](double a, double b) { return a == b ? 1.0 : 0.0; }, 0.0);
  agrees([](auto& a, auto&) { return qx::cast<float>(a > 1); },
         [](double a, double) { return a > 1 ? 1.0 : 0.0; }, 0.0);
  agrees([](auto& a, auto&) { return abs(a); }, [](double a, double) { return std::abs(a); }, 0.0);
}

TEST_CASE("elementary functions keep close to the formula") {
  agrees([](auto& a, auto&) { return exp(a); }, [](double a, double) { return std::exp(a); },
         2.5e-7);
  agrees([](auto& a, auto&) { return log(abs(a)); },
         [](double a, double) { return std::log(std::abs(a)); }, 1.2e-7);
  agrees([](auto& a, auto&) { return sqrt(abs(a)); },
         [](double a, double) { return std::sqrt(std::abs(a)); }, one_rounding);
  agrees([](auto& a, auto&) { return sin(a); }, [](double a, double) { return std::sin(a); },
         1.2e-7);
  agrees([](auto& a, auto&) { return cos(a); }, [](double a, double) { return std::cos(a); },
         1.2e-7);
  agrees([](auto& a, auto&) { return tanh(a); }, [](double a, double) { return std::tanh(a); },
         2.5e-7);
  agrees([](auto& a, auto&) { return erf(a); }, [](double a, double) { return std::erf(a); },
         1.2e-7);
  agrees([](auto& a, auto&) { return sigmoid(a); },
         [](double a, double) { return 1 / (1 + std::exp(-a)); }, 2.5e-7);
  agrees([](auto& a, auto&) { return silu(a); },
         [](double a, double) { return a / (1 + std::exp(-a)); }, 2.5e-7);
  agrees([](auto& a, auto&) { return gelu(a); },
         [](double a, double) {
           return 0.5 * a * (1 + std::tanh(0.7978845608028654 * (a + 0.044715 * a * a * a)));
         },
         6.0e-7);
}

TEST_CASE("a generic lambda sees packs, one of numbers sees only lanes that hold elements") {
  agrees([](auto& a, auto& b) { return qx::map([](auto x, auto y) { return x * y + x; }, a, b); },
         [](double a, double b) { return a * b + a; }, 2.5e-7);
  const float scale = 3.0f;
  agrees([scale](auto& a, auto&) { return qx::map([scale](float x) { return scale * x; }, a); },
         [](double a, double) { return 3 * a; }, 1.2e-7);
  int calls = 0;
  const matrix x = filled(2, 21, 5);
  matrix y(row(2), col(21));
  qx::eval(y <<= qx::map([&calls](float v) { return ++calls, v; }, x));
  CHECK(calls == 42);
  qx::eval(y <<= where(qx::map([](float v) { return v > 0.5f; }, x), x, 0));
  for (std::size_t i = 0; i < x.size(); ++i)
    CHECK(y.data()[i] == (x.data()[i] > 0.5f ? x.data()[i] : 0.0f));
}

TEST_CASE("integers, doubles, truth values and 16-bit floats") {
  qx::tensor<std::int32_t, col> i(col(19));
  qx::tensor<double, col> d(col(19));
  qx::tensor<std::int8_t, col> small(col(19));
  qx::tensor<bool, col> truth(col(19));
  qx::tensor<qx::f16, col> half(col(19));
  for (std::size_t k = 0; k < 19; ++k) {
    i.data()[k] = static_cast<std::int32_t>(k) - 9;
    d.data()[k] = 0.1 * static_cast<double>(k);
  }
  qx::eval(i <<= i * i - 3, small <<= -i);
  qx::eval(d <<= exp(d) * 2.0 - tanh(d), truth <<= i > 10);
  qx::eval(half <<= qx::cast<float>(i) / 2);
  qx::tensor<float, col> chosen(col(19));
  qx::eval(chosen <<= where(truth, half + 1, -half));
  for (std::size_t k = 0; k < 19; ++k) {
    const int n = static_cast<int>(k) - 9;
    CHECK(i.data()[k] == n * n - 3);
    CHECK(small.data()[k] == 3 - n * n);
    CHECK(
        d.data()[k] ==
        doctest::Approx(std::exp(0.1 * double(k)) * 2 - std::tanh(0.1 * double(k))).epsilon(1e-15));
    CHECK(truth.data()[k] == (n * n - 3 > 10));
    const float h = static_cast<float>(n * n - 3) / 2;
    CHECK(chosen.data()[k] == (n * n - 3 > 10 ? h + 1 : -h));
  }
  qx::eval(i <<= qx::cast<std::int32_t>(d));
  CHECK(i.data()[18] == static_cast<std::int32_t>(d.data()[18]));
  qx::eval(chosen <<= where(i > 3, chosen, 0), d <<= chosen);  // float widens to double by itself
  CHECK(d.data()[18] == double{chosen.data()[18]});
}

}  // namespace
