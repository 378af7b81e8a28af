// SPDX-License-Identifier: MIT
/// \file
/// The number that the oracle counts with: double precision, its functions known to the compiler
/// too, so that a formula can be checked before the program runs.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace qx {

/// A double with the functions that expressions are written in. At run time they are the C
/// library's, while compiling series that agree with it to about 1e-14.
struct exact {
  using value_type = double;
  double value = 0;

  constexpr exact() = default;
  template <class T>
    requires std::is_arithmetic_v<T>
  constexpr exact(T number) : value(static_cast<double>(number)) {}  // NOLINT: it is that number
  template <class T>
    requires std::is_arithmetic_v<T>
  constexpr explicit operator T() const {
    return static_cast<T>(value);
  }

  friend constexpr exact operator+(exact a, exact b) { return a.value + b.value; }
  friend constexpr exact operator-(exact a, exact b) { return a.value - b.value; }
  friend constexpr exact operator*(exact a, exact b) { return a.value * b.value; }
  friend constexpr exact operator/(exact a, exact b) { return a.value / b.value; }
  friend constexpr exact operator-(exact a) { return -a.value; }
  friend constexpr bool operator<(exact a, exact b) { return a.value < b.value; }
  friend constexpr bool operator<=(exact a, exact b) { return a.value <= b.value; }
  friend constexpr bool operator>(exact a, exact b) { return a.value > b.value; }
  friend constexpr bool operator>=(exact a, exact b) { return a.value >= b.value; }
  friend constexpr bool operator==(exact a, exact b) { return a.value == b.value; }
  friend constexpr bool operator!=(exact a, exact b) { return a.value != b.value; }
};

namespace series {

inline constexpr double ln2 = 0.693147180559945309417;
inline constexpr double pi = 3.14159265358979323846;
inline constexpr double infinity = std::numeric_limits<double>::infinity();

/// 2^n · r, where e^r is a Taylor series on [-ln 2 / 2, ln 2 / 2].
constexpr double exp(double x) {
  if (x != x) return x;
  if (x > 709.79) return infinity;
  if (x < -745.2) return 0;
  const auto n = static_cast<int>(x / ln2 + (x < 0 ? -0.5 : 0.5));
  const double r = x - n * ln2;
  double term = 1;
  double sum = 1;
  for (int i = 1; i < 20; ++i)
    sum += term *= r / i;
  for (int i = 0; i < n; ++i)
    sum *= 2;
  for (int i = 0; i > n; --i)
    sum /= 2;
  return sum;
}
/// Halley's method on e^y = x, after powers of two have been taken out.
constexpr double log(double x) {
  if (x != x || x < 0) return std::numeric_limits<double>::quiet_NaN();
  if (x == 0) return -infinity;
  if (x == infinity) return x;
  double y = 0;
  for (; x > 1.5; x /= 2)
    y += ln2;
  for (; x < 0.75; x *= 2)
    y -= ln2;
  double z = 0;
  for (int i = 0; i < 6; ++i)
    z += 2 * (x - exp(z)) / (x + exp(z));
  return y + z;
}
constexpr double sqrt(double x) {
  if (x != x || x < 0) return std::numeric_limits<double>::quiet_NaN();
  if (x == 0 || x == infinity) return x;
  double scale = 1;
  for (; x > 4; x /= 4)
    scale *= 2;
  for (; x < 1; x *= 4)
    scale /= 2;
  double y = x / 2 + 0.5;
  for (int i = 0; i < 8; ++i)
    y = (y + x / y) / 2;
  return y * scale;
}
/// Taylor series after whole turns have been taken off: meant for angles of a few turns.
constexpr double sin(double x) {
  const auto turns = static_cast<long long>(x / (2 * pi));
  const double r = x - static_cast<double>(turns) * 2 * pi;
  double term = r;
  double sum = r;
  for (int i = 2; i < 60; i += 2)
    sum += term *= -r * r / (i * (i + 1.0));
  return sum;
}
/// 2/√π · e^(-x²) · Σ 2^n x^(2n+1) / (1 · 3 · … · (2n+1)), whose terms have one sign.
constexpr double erf(double x) {
  if (x > 6 || x < -6) return x < 0 ? -1 : 1;
  double term = x;
  double sum = x;
  for (int n = 1; n < 200; ++n)
    sum += term *= 2 * x * x / (2 * n + 1);
  return 2 / sqrt(pi) * exp(-x * x) * sum;
}

}  // namespace series

constexpr exact exp(exact x) {
  if consteval {
    return series::exp(x.value);
  }
  return std::exp(x.value);
}
constexpr exact log(exact x) {
  if consteval {
    return series::log(x.value);
  }
  return std::log(x.value);
}
constexpr exact sqrt(exact x) {
  if consteval {
    return series::sqrt(x.value);
  }
  return std::sqrt(x.value);
}
constexpr exact sin(exact x) {
  if consteval {
    return series::sin(x.value);
  }
  return std::sin(x.value);
}
constexpr exact cos(exact x) {
  if consteval {
    return series::sin(x.value + series::pi / 2);
  }
  return std::cos(x.value);
}
constexpr exact tanh(exact x) {
  if consteval {
    return 1 - 2 / (series::exp(2 * x.value) + 1);
  }
  return std::tanh(x.value);
}
constexpr exact erf(exact x) {
  if consteval {
    return series::erf(x.value);
  }
  return std::erf(x.value);
}
constexpr exact abs(exact x) { return x.value < 0 ? -x.value : x.value; }
constexpr exact max(exact a, exact b) { return a.value > b.value ? a : b; }
constexpr exact min(exact a, exact b) { return a.value < b.value ? a : b; }

/// What a cast makes of it: the number itself, or a whole one.
template <class To>
constexpr auto convert(exact a) {
  if constexpr (std::is_floating_point_v<To>)
    return exact(static_cast<To>(a.value));
  else
    return static_cast<To>(a.value);
}

}  // namespace qx
