// SPDX-License-Identifier: MIT
// A float expression stored to an integer tensor without a cast.
// expect: qx: the destination has another element type than the expression: cast<
#include <qx/qx.hpp>

inline constexpr qx::axis<"token"> token;

void store(qx::tensor<std::int32_t, token>& y, qx::tensor<float, token>& x) {
#ifdef QX_REJECT
  qx::eval(y <<= x * 2);
#else
  qx::eval(y <<= qx::cast<std::int32_t>(x * 2));
#endif
}
