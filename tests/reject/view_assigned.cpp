// SPDX-License-Identifier: MIT
// A view that nobody holds is told to look elsewhere, where its elements were meant to be written.
// expect-gcc: use of deleted function 'void qx::basic_view
// expect-clang: overload resolution selected deleted operator '='
#include <qx/qx.hpp>

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"model"> model;

void store(qx::tensor<float, token, model>& y, const qx::tensor<float, model>& x) {
#ifdef QX_REJECT
  y.view().at(token, 0) = qx::tensor_view<float, model>();
  (void)x;
#else
  qx::eval(y.view().at(token, 0) <<= x);
#endif
}
