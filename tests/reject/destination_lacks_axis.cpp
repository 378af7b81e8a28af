// SPDX-License-Identifier: MIT
// A destination without an axis of its expression.
// expect: qx: the expression has an axis that its destination does not have
#include <qx/qx.hpp>

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"model"> model;

void store(qx::tensor<float, token>& y, qx::tensor<float, token, model>& x) {
#ifdef QX_REJECT
  qx::eval(y <<= x * 2);
#else
  qx::eval(y <<= sum(x, over(model)) * 2);
#endif
}
