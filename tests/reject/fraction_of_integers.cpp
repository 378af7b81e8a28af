// SPDX-License-Identifier: MIT
// An integer tensor times a fraction, which would be truncated to 0.
// expect: qx: a fraction meets an integer tensor: cast<float>() the tensor
#include <qx/qx.hpp>

inline constexpr qx::axis<"token"> token;

auto halved(qx::tensor<std::int32_t, token>& x) {
#ifdef QX_REJECT
  return x * 0.5f;
#else
  return qx::cast<float>(x) * 0.5f;
#endif
}
