// SPDX-License-Identifier: MIT
// A reduction of a matmul's result in one expression.
// expect: evaluate the matmul by itself
// within: 20
#include <qx/qx.hpp>

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"model"> model;
inline constexpr qx::axis<"ff"> ff;

void store(qx::tensor<float, token, ff>& y, qx::tensor<float, ff, model>& w,
           qx::tensor<float, token, model>& x) {
#ifdef QX_REJECT
  qx::eval(y <<= softmax(matmul(w, x), over(ff)));
#else
  qx::eval(y <<= silu(matmul(w, x)));
#endif
}
