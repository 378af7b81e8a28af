// SPDX-License-Identifier: MIT
// Padding along an axis that is not there.
// expect: qx: slice, pad or concatenate along an axis that the operand does not have
#include <qx/qx.hpp>

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"model"> model;
inline constexpr qx::axis<"ff"> ff;
inline constexpr qx::axis<"vocab"> vocab;

auto made(qx::tensor<float, token, model>& x, [[maybe_unused]] qx::tensor<float, model, ff>& w) {
#ifdef QX_REJECT
  return pad(x, vocab, 1, 1);
#else
  return pad(x, model, 1, 1);
#endif
}
