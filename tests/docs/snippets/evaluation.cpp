// SPDX-License-Identifier: MIT
#include <qx/qx.hpp>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <utility>

inline constexpr qx::axis<"row"> row;
inline constexpr qx::axis<"column"> column;

namespace {
void require(bool truth) {
  if (!truth) std::abort();
}

// [return-expression]
/// Expressions may be returned: x is the caller's.
auto centred(const qx::tensor<float, row, column>& x) { return x - mean(x, over(column)); }
/// What would be gone when the function returns is moved into the expression.
auto ramp() {
  qx::tensor<float, column> steps(column(100));
  for (std::size_t i = 0; i < 100; ++i) steps[i] = static_cast<float>(i);
  return std::move(steps) * 0.01f;
}
// [/return-expression]
}  // namespace

int main() {
  qx::tensor<float, row, column> x(row(4), column(100));
  for (std::size_t i = 0; i < x.size(); ++i) x.elements()[i] = static_cast<float>(i % 13);
  {
    const qx::tensor<float, row, column> y = centred(x) + ramp();
    require(std::abs(y[0, 99] - (8.0f - 5.82f + 0.99f)) < 1e-4f);
  }
  {
    // [several-outputs]
    qx::tensor<float, row, column> y(row(4), column(100));
    qx::tensor<float, row> longest(row(4));
    eval(y <<= exp(-x), longest <<= max(x, over(column)));  // one stage
    // [/several-outputs]
    require(longest[3] == 12.0f && y[0, 0] == 1.0f);
  }
  {
    // [own-operation]
    auto cube = map([](auto v) { return v * v * v; }, x);                  // called with sixteen lanes
    auto slow = map([](float v) { return std::lgamma(v + 1.0f); }, x);     // applied lane by lane
    auto leaky = map([](auto v) { return qx::op::where{}(v > 0.0f, v, 0.1f * v); }, x);
    auto soft = map([](auto v) { using std::exp, std::log; return log(1.0f + exp(v)); }, x);
    qx::tensor<float, row, column> y = cube + slow + leaky + soft;
    // [/own-operation]
    require(std::abs(y[0, 3] - (27.0f + std::log(6.0f) + 3.0f + std::log(1.0f + std::exp(3.0f)))) < 1e-4f);
  }
  {
    // [plan]
    auto p = softmax(x * 0.5, over(column));
    constexpr qx::plan plan = qx::plan_of<decltype(p)>;
    static_assert(plan.kind == qx::work_kind::rows);
    static_assert(plan.sweeps == 3);          // the largest; e^x, kept and added up; the result
    static_assert(plan.transcendental == 1);  // e^x once an element, and never more
    // [/plan]
    // [kept]
    auto lse = log(sum(exp(x), over(column)));  // lacks `column`
    auto q = exp(x - lse);                      // stands three times, in two outputs
    static_assert(qx::plan_of<decltype(x - lse)>.kept == 1);  // one logarithm a row
    qx::tensor<float, row, column> odds(row(x.extent(row)), column(x.extent(column)));
    qx::tensor<float, row, column> rest(row(x.extent(row)), column(x.extent(column)));
    eval(odds <<= q / (1.0f - q), rest <<= 1.0f - q);  // one pass over rows, each e^x of q once
    // [/kept]
    require(std::abs(odds[0, 0] * rest[0, 0] + rest[0, 0] - 1.0f) < 1e-5f);
    const qx::tensor<float, row, column> y = p;
    require(y[0, 12] > y[0, 0]);
  }
  const qx::tensor<float, row, column> c = centred(x);
  require(std::abs(c[1, 0] + c[1, 1]) < 24.0f);
  {
    // [in-place]
    eval(x <<= x - max(x, over(column)));  // row by row, in place
    eval(x <<= softmax(x, over(row)));     // looks across rows: goes through a temporary by itself
    // [/in-place]
    require(std::abs(x[0, 0] + x[1, 0] + x[2, 0] + x[3, 0] - 1.0f) < 1e-5f);
  }
}
