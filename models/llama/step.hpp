// SPDX-License-Identifier: MIT
/// \file
/// The values of one step, as views of buffers that live as long as the model.
#pragma once

#include <qx/core/graph_types.hpp>
#include <qx/core/tensor_view.hpp>
#include <qx/fuse/context.hpp>
#include <qx/model/axes.hpp>
#include <qx/model/kv_cache.hpp>

#include <models/llama/weights.hpp>

#include <cstdint>
#include <span>

namespace qx::llama {

struct step {
  tensor_view<const std::int32_t, token> tokens;
  tensor_view<const std::int32_t, output> outputs;  ///< which tokens' logits are wanted
  std::span<const std::int32_t> slots;              ///< [token]: where keys and values go
  std::span<const attention_span> spans;            ///< [token]: what is seen
  tensor_view<const float, token, dim> cosine;      ///< rotation of each token, laid out like a head
  tensor_view<const float, token, dim> sine;

  tensor_view<float, token, axis_names::model> x;  ///< the residual stream
  tensor_view<float, token, head, dim> q;   ///< queries
  tensor_view<float, token, head, dim> a;   ///< attended values
  tensor_view<float, token, ff> f;          ///< hidden layer
  tensor_view<float, output, vocab> logits;
};

/// The whole graph, compiled for one instruction set.
using forward_function = void (*)(context&, const config&, const weights&, const kv_cache&, const step&);

/// The graph for a kernel table; it and its elementwise code use the same instructions.
[[nodiscard]] forward_function forward_for(const kernel::table& kernels);

}  // namespace qx::llama
