// SPDX-License-Identifier: MIT
/// \file
/// Whether the kernels give what the oracle defines, with one thread and with three.
#pragma once

#include <qx/expr/oracle.hpp>
#include <qx/qx.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <tests/support/fill.hpp>

namespace qx::test {

inline constexpr qx::axis<"a"> a;
inline constexpr qx::axis<"b"> b;
inline constexpr qx::axis<"c"> c;
inline constexpr qx::axis<"d"> d;

using cube = qx::tensor<float, a, b, c>;

inline cube filled(std::size_t x, std::size_t y, std::size_t z) {
  cube t(a(x), b(y), c(z));
  numbers(static_cast<std::uint32_t>(x * 31 + y * 7 + z)).fill(t.elements());
  return t;
}

/// Evaluated with one thread and with three, and as the oracle defines it.
template <class E>
void agrees(const E& e, double bound) {
  using list = typename E::axes_type;
  using element = typename E::value_type;
  const qx::basic_tensor<element, list> one = e;
  CHECK(apart(one.elements(), qx::oracle::all(e)) <= bound);
  static qx::context three(3);
  qx::basic_tensor<element, list> other(one.shape());
  eval(three, other <<= e);
  CHECK(apart(other.elements(), one.elements()) == 0.0);
}

inline constexpr double exactly = 0.0;
inline constexpr double rounded = 2e-6;

}  // namespace qx::test
