// SPDX-License-Identifier: MIT
// A matmul whose weight and activations share no axis.
// expect: qx: matmul needs an axis that the weight and the activation share
#include <qx/qx.hpp>

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"model"> model;
inline constexpr qx::axis<"ff"> ff;

auto product(qx::tensor<float, ff, model>& w, qx::tensor<float, token, model>& x,
             qx::tensor<float, token>& y) {
#ifdef QX_REJECT
  (void)x;
  return matmul(w, y);
#else
  (void)y;
  return matmul(w, x);
#endif
}
