// SPDX-License-Identifier: MIT
// Operands with other axes one after the other.
// expect: qx: concatenate takes operands with the same axes
#include <qx/qx.hpp>

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"model"> model;
inline constexpr qx::axis<"ff"> ff;
inline constexpr qx::axis<"vocab"> vocab;

auto made(qx::tensor<float, token, model>& x, [[maybe_unused]] qx::tensor<float, model, ff>& w) {
#ifdef QX_REJECT
  return concatenate(over(model), x, w);
#else
  return concatenate(over(model), x, x + 1.0f);
#endif
}
