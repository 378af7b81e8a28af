// SPDX-License-Identifier: MIT
// A function along an axis that is not there.
// expect: qx: a function along an axis that the operand does not have
// within: 24
#include <qx/qx.hpp>

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"model"> model;
inline constexpr qx::axis<"ff"> ff;
inline constexpr qx::axis<"vocab"> vocab;

auto made(qx::tensor<float, token, model>& x, [[maybe_unused]] qx::tensor<float, model, ff>& w) {
#ifdef QX_REJECT
  return sort(x, over(vocab));
#else
  return sort(x, over(model));
#endif
}
