// SPDX-License-Identifier: MIT
// A sum of products that keeps an axis that no operand has.
// expect: qx: einsum keeps an axis that no operand has
// within: 24
#include <qx/qx.hpp>

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"model"> model;
inline constexpr qx::axis<"ff"> ff;
inline constexpr qx::axis<"vocab"> vocab;

auto made(qx::tensor<float, token, model>& x, [[maybe_unused]] qx::tensor<float, model, ff>& w) {
#ifdef QX_REJECT
  return einsum(qx::axes<token, vocab>{}, x, w);
#else
  return einsum(qx::axes<token, ff>{}, x, w);
#endif
}
