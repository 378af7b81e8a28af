// SPDX-License-Identifier: MIT
/// \file
/// Eight floats side by side, one for each of eight groups that are fitted at once: sums over the
/// elements of a group then never leave their lane. Every compiler knows vectors of 16 bytes.
#pragma once

#include <qx/core/config.hpp>

#include <cstddef>
#include <cstring>

namespace qx::quant {

struct lanes {
  using four = float __attribute__((vector_size(16)));
  static constexpr std::size_t count = 8;

  four low, high;

  [[nodiscard]] QX_INLINE static lanes all(float x) { return {four{x, x, x, x}, four{x, x, x, x}}; }
  // By address: GCC 12 under -fsanitize=undefined loses the lane of an assignment to four[i].
  [[nodiscard]] QX_INLINE float get(std::size_t lane) const {
    float x;
    std::memcpy(&x, reinterpret_cast<const std::byte*>(this) + lane * sizeof(x), sizeof(x));
    return x;
  }
  QX_INLINE void set(std::size_t lane, float x) {
    std::memcpy(reinterpret_cast<std::byte*>(this) + lane * sizeof(x), &x, sizeof(x));
  }

  QX_INLINE friend lanes operator+(lanes a, lanes b) { return {a.low + b.low, a.high + b.high}; }
  QX_INLINE friend lanes operator-(lanes a, lanes b) { return {a.low - b.low, a.high - b.high}; }
  QX_INLINE friend lanes operator*(lanes a, lanes b) { return {a.low * b.low, a.high * b.high}; }
  QX_INLINE friend lanes operator/(lanes a, lanes b) { return {a.low / b.low, a.high / b.high}; }
  QX_INLINE lanes& operator+=(lanes b) { return *this = *this + b; }
};

/// Lane by lane: `yes` where a is below b, else `no`. NaN is below nothing.
[[nodiscard]] QX_INLINE lanes where_below(lanes a, lanes b, lanes yes, lanes no) {
  return {a.low < b.low ? yes.low : no.low, a.high < b.high ? yes.high : no.high};
}
[[nodiscard]] QX_INLINE lanes smaller(lanes a, lanes b) { return where_below(a, b, a, b); }
[[nodiscard]] QX_INLINE lanes larger(lanes a, lanes b) { return where_below(b, a, a, b); }

/// The sum of the lanes, from the first to the last.
[[nodiscard]] QX_INLINE float total(lanes x) {
  float sum = 0.0f;
  for (std::size_t i = 0; i < lanes::count; ++i)
    sum += x.get(i);
  return sum;
}

/// a / b, and 0 where b is not above 0.
[[nodiscard]] QX_INLINE lanes ratio(lanes a, lanes b) {
  const lanes zero = lanes::all(0.0f);
  return where_below(zero, b, a / b, zero);
}
/// 1 / x, and 0 where x is 0.
[[nodiscard]] QX_INLINE lanes reciprocal(lanes x) {
  const lanes zero = lanes::all(0.0f), inverse = lanes::all(1.0f) / x;
  return where_below(zero, x * x, inverse, zero);
}

/// The nearest whole number from lowest to highest, of which neither is beyond ±2^20. Adding
/// 1.5 · 2^23 leaves no room for a fraction, so the processor rounds (to nearest, ties to even).
[[nodiscard]] QX_INLINE lanes whole(lanes x, lanes lowest, lanes highest) {
  const lanes magic = lanes::all(0x1.8p23f);
  return smaller(larger(x, lowest), highest) + magic - magic;
}

}  // namespace qx::quant
