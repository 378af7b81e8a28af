// SPDX-License-Identifier: MIT
// A renaming to a name that another axis has.
// expect: qx: rename gives two axes of one tensor the same name
// within: 24
#include <qx/qx.hpp>

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"model"> model;
inline constexpr qx::axis<"ff"> ff;
inline constexpr qx::axis<"vocab"> vocab;

auto made(qx::tensor<float, token, model>& x, [[maybe_unused]] qx::tensor<float, model, ff>& w) {
#ifdef QX_REJECT
  return rename(x * 2, model, token);
#else
  return rename(x * 2, model, ff);
#endif
}
