// SPDX-License-Identifier: MIT
/// \file
/// A feed-forward block as a user would write it. `step` is compiled once for each instruction set.
// [graph-header]
#pragma once

#include <qx/qx.hpp>

namespace consumer {

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"model"> model;
inline constexpr qx::axis<"hidden"> hidden;

struct block {
  qx::tensor<float, model> norm;
  qx::tensor<float, hidden, model> up;
  qx::tensor<float, model, hidden> down;
};

/// x [token, model] is updated in place; h [token, hidden] is the hidden layer.
template <class Arch>
void step(qx::context& ctx, const block& b, qx::tensor_view<float, token, model> x,
          qx::tensor_view<float, token, hidden> h);

}  // namespace consumer
// [/graph-header]
