// SPDX-License-Identifier: MIT
// An expression as the matrix of a matmul.
// expect: qx: matmul() multiplies a weight or tensor, not an expression
#include <qx/qx.hpp>

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"model"> model;
inline constexpr qx::axis<"out"> out;

auto product(qx::tensor<float, out, model>& w, qx::tensor<float, token, model>& x) {
#ifdef QX_REJECT
  return matmul(w * 2.0f, x);
#else
  return contract(x, w * 2.0f, over(model));
#endif
}
