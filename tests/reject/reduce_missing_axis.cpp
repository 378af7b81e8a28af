// SPDX-License-Identifier: MIT
// A reduction over an axis that the operand does not have.
// expect: qx: reduction over an axis that the operand does not have
#include <qx/qx.hpp>

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"model"> model;
inline constexpr qx::axis<"vocab"> vocab;

auto reduced(qx::tensor<float, token, model>& x) {
#ifdef QX_REJECT
  return sum(x, over(vocab));
#else
  return sum(x, over(model));
#endif
}
