// SPDX-License-Identifier: MIT
// A renaming of an axis that is not there.
// expect: qx: rename of an axis that the operand does not have
#include <qx/qx.hpp>

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"model"> model;
inline constexpr qx::axis<"ff"> ff;
inline constexpr qx::axis<"vocab"> vocab;

auto made(qx::tensor<float, token, model>& x, [[maybe_unused]] qx::tensor<float, model, ff>& w) {
#ifdef QX_REJECT
  return rename(x * 2, vocab, ff);
#else
  return rename(x * 2, model, ff);
#endif
}
