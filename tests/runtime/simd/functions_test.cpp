// SPDX-License-Identifier: MIT
// Functions on packs against the C library in double precision, over the whole range.
#include <qx/simd/math.hpp>
#include <qx/simd/memory.hpp>

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>

namespace {

using pack = qx::simd::pack<float>;
constexpr float infinity = std::numeric_limits<float>::infinity();

/// |got - want| in units in the last place of `want` as a normal float.
double ulps(float got, double want) {
  const int exponent = std::max(std::ilogb(want), -126);
  return std::abs(double{got} - want) / std::ldexp(1.0, exponent - 23);
}

/// The largest error of f over floats from `low` to `high`, every `step`-th one.
template <class F, class G>
double worst(F f, G exact, float low, float high, std::uint32_t step) {
  double most = 0;
  const auto over = [&](std::uint32_t first, std::uint32_t last) {
    for (std::uint64_t bits = first; bits <= last; bits += step) {
      const auto x = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
      most = std::max(most, ulps(f(pack(x)).lane(0), exact(double{x})));
    }
  };
  if (low < 0) over(0x80000000u, std::bit_cast<std::uint32_t>(low));
  over(0u, std::bit_cast<std::uint32_t>(high));
  return most;
}

TEST_CASE("exp is within 2 units in the last place, and no better than a float can be") {
  const double e = worst([](pack x) { return qx::simd::exp(x); },
                         [](double x) { return std::exp(x); }, -87.3f, 88.7f, 977);
  CHECK(e <= 2.0);
  CHECK(e >= 0.5);
}

TEST_CASE("exp of what has no ordinary answer") {
  const auto exp = [](float x) { return qx::simd::exp(pack(x)).lane(3); };
  CHECK(exp(0.0f) == 1.0f);
  CHECK(exp(-0.0f) == 1.0f);
  CHECK(exp(-infinity) == 0.0f);
  CHECK(exp(-100.0f) == 0.0f);
  CHECK(exp(infinity) == infinity);
  CHECK(exp(89.0f) == infinity);
  CHECK(exp(1e30f) == infinity);
  CHECK(std::isnan(exp(std::numeric_limits<float>::quiet_NaN())));
}

TEST_CASE("2^x of what is not positive is within 2 units in the last place") {
  const double e = worst([](pack x) { return qx::simd::falling_exp2(x); },
                         [](double x) { return std::exp2(x); }, -126.0f, 0.0f, 977);
  CHECK(e <= 2.0);
  CHECK(e >= 0.5);
  const auto exp2 = [](float x) { return qx::simd::falling_exp2(pack(x)).lane(3); };
  CHECK(exp2(0.0f) == 1.0f);
  CHECK(exp2(-0.0f) == 1.0f);
  CHECK(exp2(-1.0f) == 0.5f);
  CHECK(exp2(-126.0f) == std::numeric_limits<float>::min());
  CHECK(exp2(-126.5f) == 0.0f);
  CHECK(exp2(-1e30f) == 0.0f);
  CHECK(exp2(-infinity) == 0.0f);
  CHECK(std::isnan(exp2(std::numeric_limits<float>::quiet_NaN())));
}

TEST_CASE("NaN equals nothing, on every arch") {
  const pack nan(std::numeric_limits<float>::quiet_NaN());
  CHECK((nan != nan).any());
  CHECK(!(nan == nan).any());
  CHECK(!(pack(1.0f) != pack(1.0f)).any());
  CHECK((pack(1.0f) != nan).any());
}

TEST_CASE("tanh is within 4 units in the last place, sigmoid within 4") {
  const double t = worst([](pack x) { return qx::simd::tanh(x); },
                         [](double x) { return std::tanh(x); }, -20.0f, 20.0f, 3001);
  CHECK(t <= 4.0);
  CHECK(t >= 0.5);
  const double s = worst([](pack x) { return qx::simd::sigmoid(x); },
                         [](double x) { return 1 / (1 + std::exp(-x)); }, -80.0f, 80.0f, 3001);
  CHECK(s <= 4.0);
  CHECK(s >= 0.5);
  CHECK(qx::simd::tanh(pack(infinity)).lane(0) == 1.0f);
  CHECK(qx::simd::tanh(pack(-infinity)).lane(0) == -1.0f);
}

TEST_CASE("lanes: sums in one order, extremes, neighbours, masks, conversions") {
  pack x = pack::iota() * pack(0.1f) - pack(0.5f);
  float v[16];
  x.store(v);
  for (std::size_t half = 8; half > 0; half /= 2)
    for (std::size_t i = 0; i < half; ++i)
      v[i] += v[i + half];
  CHECK(qx::simd::sum_lanes(x) == v[0]);
  CHECK(qx::simd::hmax(x) == x.lane(15));
  CHECK(qx::simd::hmin(x) == x.lane(0));
  CHECK(qx::simd::swap_adjacent(x).lane(6) == x.lane(7));
  const auto first = qx::simd::mask<float>::first(5);
  const auto ones = qx::simd::convert<std::int32_t>(first);
  for (std::size_t i = 0; i < 16; ++i)
    CHECK(ones.lane(i) == (i < 5 ? 1 : 0));
  CHECK(qx::simd::convert<std::int32_t>(x * pack(10.0f)).lane(1) == -4);
  const auto twice = qx::simd::mask_for<double>(first) && qx::simd::mask<double>::first(3);
  CHECK(qx::simd::sum_lanes(qx::simd::convert<double>(twice)) == 3.0);
  CHECK_FALSE(qx::simd::mask<float>::first(0).any());
}

}  // namespace
