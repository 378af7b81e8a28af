// SPDX-License-Identifier: MIT
// A sum whose axis does not stand in over().
// expect: qx: sum() asks for its axis in over(): sum(x, over(axis))
#include <qx/qx.hpp>

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"model"> model;

void added(qx::tensor<float, token, model>& x, qx::tensor<float, token>& y) {
#ifdef QX_REJECT
  qx::eval(y <<= sum(x, model));
#else
  qx::eval(y <<= sum(x, over(model)));
#endif
}
