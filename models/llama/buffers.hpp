// SPDX-License-Identifier: MIT
/// \file
/// What a step of a llama keeps between its stages: activations, angles, places in the cache.
#pragma once

#include <qx/core/graph_types.hpp>
#include <qx/core/tensor.hpp>
#include <qx/model/axes.hpp>

#include <cstddef>
#include <cstdint>
#include <models/llama/config.hpp>
#include <vector>

namespace qx::llama {

/// The sizes of everything that grows with the tokens of a step.
struct buffer_shapes {
  extents<axes<axis_names::token, axis_names::model>> residual;
  extents<axes<axis_names::token, axis_names::head, axis_names::dim>> heads;
  extents<axes<axis_names::token, axis_names::ff>> hidden;
  extents<axes<axis_names::token, axis_names::dim>> angles;

  buffer_shapes(const config& c, std::size_t tokens)
      : residual({tokens, c.model}), heads({tokens, c.heads, c.dim}), hidden({tokens, c.ff}),
        angles({tokens, c.dim}) {}

  /// Of the tensors in `buffers`.
  [[nodiscard]] std::size_t bytes() const {
    return (residual.count() + 2 * heads.count() + hidden.count() + 2 * angles.count()) *
           sizeof(float);
  }
};

struct buffers {
  tensor<float, axis_names::token, axis_names::model> x;
  tensor<float, axis_names::token, axis_names::head, axis_names::dim> q;
  tensor<float, axis_names::token, axis_names::head, axis_names::dim> a;
  tensor<float, axis_names::token, axis_names::ff> f;
  tensor<float, axis_names::token, axis_names::dim> cosine;
  tensor<float, axis_names::token, axis_names::dim> sine;
  std::vector<std::int32_t> slots;    ///< [token]
  std::vector<attention_span> spans;  ///< [token]

  explicit buffers(const buffer_shapes& s)
      : x(s.residual), q(s.heads), a(s.heads), f(s.hidden), cosine(s.angles), sine(s.angles),
        slots(s.angles[0]), spans(s.angles[0]) {}
};

}  // namespace qx::llama
