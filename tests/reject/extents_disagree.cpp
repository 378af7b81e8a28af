// SPDX-License-Identifier: MIT
// Two static extents of one axis that disagree: the message names the axis and both extents.
// expect-gcc: extents_disagree<qx::label<6>{"model"}, 64, 48>
// expect: qx: two static extents of one axis disagree
// expect-clang: extents_disagree<label<6>{"model"}, 64, 48>
#include <qx/qx.hpp>

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"model"> model;

#ifdef QX_REJECT
inline constexpr auto other = qx::fixed<model, 48>;
#else
inline constexpr auto other = qx::fixed<model, 64>;
#endif

auto joined(qx::tensor<float, token, qx::fixed<model, 64>>& x, qx::tensor<float, other>& w) {
  return x * w;
}
