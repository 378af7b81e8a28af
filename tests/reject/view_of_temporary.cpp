// SPDX-License-Identifier: MIT
// A view of a tensor that is gone at the end of the line.
// expect-gcc: use of deleted function
// expect-clang: call to deleted member function
#include <qx/core/tensor.hpp>

inline constexpr qx::axis<"token"> token;

qx::tensor<float, token> made() { return qx::tensor<float, token>(token(4)); }

void use() {
#ifdef QX_REJECT
  auto v = made().view();
#else
  auto x = made();
  auto v = x.view();
#endif
  (void)v;
}
