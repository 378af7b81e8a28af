// SPDX-License-Identifier: MIT
// A complex number stored as a real one.
// expect: qx: a complex number becomes a real one by real(), imag() or abs()
#include <qx/qx.hpp>

#include <complex>

inline constexpr qx::axis<"token"> token;

auto part(qx::tensor<std::complex<float>, token>& x) {
#ifdef QX_REJECT
  return qx::cast<float>(x);
#else
  return real(x);
#endif
}
