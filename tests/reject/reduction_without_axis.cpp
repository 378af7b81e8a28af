// SPDX-License-Identifier: MIT
// A softmax that does not say along which axis.
// expect: qx: softmax() asks for its axis in over(): softmax(x, over(axis))
#include <qx/qx.hpp>

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"vocab"> vocab;

auto shares(qx::tensor<float, token, vocab>& x) {
#ifdef QX_REJECT
  return softmax(x);
#else
  return softmax(x, over(vocab));
#endif
}
