// SPDX-License-Identifier: MIT
// A double expression stored to a float tensor without a cast.
// expect: qx: the destination has another element type than the expression: cast<
#include <qx/qx.hpp>

inline constexpr qx::axis<"token"> token;

void store(qx::tensor<float, token>& y, qx::tensor<double, token>& x) {
#ifdef QX_REJECT
  qx::eval(y <<= x * 2);
#else
  qx::eval(y <<= qx::cast<float>(x * 2));
#endif
}
