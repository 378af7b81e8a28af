// SPDX-License-Identifier: MIT
// One index for a tensor of two axes.
// expect: qx: an element has as many indices as there are axes
#include <qx/qx.hpp>

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"model"> model;

float first(const qx::tensor<float, token, model>& x) {
#ifdef QX_REJECT
  return x[0];
#else
  return x[0, 0];
#endif
}
