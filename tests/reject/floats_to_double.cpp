// SPDX-License-Identifier: MIT
// A lambda over floats with a literal that is a double.
// expect: qx: map() of floats gives double: write 0.5f for 0.5
#include <qx/qx.hpp>

inline constexpr qx::axis<"token"> token;

void halve(qx::tensor<float, token>& y, qx::tensor<float, token>& x) {
#ifdef QX_REJECT
  qx::eval(y <<= qx::map([](auto v) { return v * 0.5; }, x));
#else
  qx::eval(y <<= qx::map([](auto v) { return v * 0.5f; }, x));
#endif
}
