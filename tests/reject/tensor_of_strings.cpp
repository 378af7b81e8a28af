// SPDX-License-Identifier: MIT
// A tensor of something that is not a number.
// expect: qx: tensors hold plain numbers
#include <qx/core/tensor.hpp>

#include <string>

inline constexpr qx::axis<"token"> token;

#ifdef QX_REJECT
using element = std::string;
#else
using element = float;
#endif

qx::tensor<element, token> x{token(4)};
