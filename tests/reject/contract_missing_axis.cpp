// SPDX-License-Identifier: MIT
// A contraction over an axis that one of the operands does not have.
// expect: qx: contract over an axis that one of the operands does not have
// within: 24
#include <qx/qx.hpp>

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"model"> model;
inline constexpr qx::axis<"ff"> ff;
inline constexpr qx::axis<"vocab"> vocab;

auto made(qx::tensor<float, token, model>& x, [[maybe_unused]] qx::tensor<float, model, ff>& w) {
#ifdef QX_REJECT
  return contract(x, w, over(token));
#else
  return contract(x, w, over(model));
#endif
}
