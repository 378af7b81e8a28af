// SPDX-License-Identifier: MIT
// A slice along an axis that the tensor does not have.
// expect: qx: slice over an axis that this tensor does not have
#include <qx/core/tensor.hpp>

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"model"> model;
inline constexpr qx::axis<"vocab"> vocab;

auto middle(qx::tensor<float, token, model>& x) {
#ifdef QX_REJECT
  return x.view().slice(vocab, 1, 2);
#else
  return x.view().slice(model, 1, 2);
#endif
}
