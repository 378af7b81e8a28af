// SPDX-License-Identifier: MIT
// float and double in one sum without a cast.
// expect: qx: the operands have different element types: cast<
#include <qx/qx.hpp>

inline constexpr qx::axis<"token"> token;

auto joined(qx::tensor<float, token>& x, qx::tensor<double, token>& y) {
#ifdef QX_REJECT
  return x + y;
#else
  return qx::cast<double>(x) + y;
#endif
}
