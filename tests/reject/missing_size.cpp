// SPDX-License-Identifier: MIT
// A tensor with a dynamic axis of which no size is given.
// expect: qx: a dynamic axis of this tensor was given no size
#include <qx/core/tensor.hpp>

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"model"> model;

#ifdef QX_REJECT
qx::tensor<float, token, model> x(token(4));
#else
qx::tensor<float, token, qx::fixed<model, 8>> x(token(4));
#endif
