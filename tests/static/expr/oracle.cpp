// SPDX-License-Identifier: MIT
// Compiled, not run: laws of the language, by the definition of each function.
#include <qx/expr/oracle.hpp>

namespace {

inline constexpr qx::axis<"row"> row;
inline constexpr qx::axis<"column"> column;
inline constexpr qx::axis<"place"> place;
using list = qx::axes<qx::fixed<row, 2>, qx::fixed<column, 3>>;

constexpr float numbers[] = {1, -2, 3, 0.5f, 4, 1.5f};
constexpr qx::basic_view<const float, list> x(numbers, {});

constexpr bool near(double a, double b) { return (a < b ? b - a : a - b) < 1e-12; }
template <class A, class B>
constexpr bool equal(const A& a, const B& b) {
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t j = 0; j < 3; ++j)
      if (!near(qx::oracle::at(a, i, j), qx::oracle::at(b, i, j))) return false;
  return true;
}

// Arithmetic, broadcasting and reductions.
static_assert(qx::oracle::at(x * 2.0f + 1.0f, 1, 2) == 4.0);
static_assert(qx::oracle::at(sum(x, over(column)), 0) == 2.0);
static_assert(qx::oracle::at(max(x, over(row)), 1) == 4.0);
static_assert(qx::oracle::at(argmax(x, over(column)), 0) == 2);
static_assert(qx::oracle::at(x > 1.0f, 0, 2) && !qx::oracle::at(x > 1.0f, 0, 0));
static_assert(near(qx::oracle::at(mean(x, over(column)), 1), 2.0));

// e^log x = x, tanh x = (e^2x - 1) / (e^2x + 1), sin² + cos² = 1, sqrt(x)² = x.
static_assert(equal(qx::log(qx::exp(x)), x * 1.0f));
static_assert(equal(qx::tanh(x), (qx::exp(x * 2.0f) - 1.0f) / (qx::exp(x * 2.0f) + 1.0f)));
static_assert(equal(qx::sin(x) * qx::sin(x) + qx::cos(x) * qx::cos(x), x * 0.0f + 1.0f));
static_assert(equal(qx::sqrt(qx::abs(x)) * qx::sqrt(qx::abs(x)), qx::abs(x)));
static_assert(near(qx::oracle::at(qx::erf(x), 0, 0), 0.842700792949714869));

// Softmax adds up to one, a shift does not change it, and its logarithm is x - logsumexp x.
static_assert(near(qx::oracle::at(sum(softmax(x, over(column)), over(column)), 0), 1.0));
static_assert(equal(softmax(x + 100.0f, over(column)), softmax(x, over(column))));
static_assert(equal(qx::log(softmax(x, over(column))), x - logsumexp(x, over(column))));

// A normalised row has the mean square 1; a slice undoes padding; a sum is the last cumulative sum.
constexpr float ones[] = {1, 1, 1};
constexpr qx::basic_view<const float, qx::axes<qx::fixed<column, 3>>> weight(ones, {});
constexpr auto normed = rms_norm(x, weight, 0.0f);
static_assert(near(qx::oracle::at(mean(normed * normed, over(column)), 1), 1.0));
static_assert(equal(slice(pad(x * 1.0f, column, 2, 1, 9.0f), column, 2, 3), x * 1.0f));
static_assert(equal(slice(concatenate(over(row), x, x * 3.0f), row, 2, 2), x * 3.0f));
static_assert(near(qx::oracle::at(rename(sum(x, over(row)), column, place), 2), 4.5));

}  // namespace
