// SPDX-License-Identifier: MIT
// Complex numbers compared, which have no order.
// expect: qx: complex numbers have no order: take abs() of them
#include <qx/qx.hpp>

#include <complex>

inline constexpr qx::axis<"token"> token;

auto larger(qx::tensor<std::complex<float>, token>& x, qx::tensor<std::complex<float>, token>& y) {
#ifdef QX_REJECT
  return max(x, y);
#else
  return max(abs(x), abs(y));
#endif
}
