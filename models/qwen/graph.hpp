// SPDX-License-Identifier: MIT
/// \file
/// What a Qwen 2 or 3 is made of: a llama whose queries, keys and values have biases (Qwen 2), or
/// whose queries and keys are normalised head by head (Qwen 3), and whose rotation pairs the halves
/// of a head.
#pragma once

#include <qx/core/error.hpp>
#include <qx/core/tensor.hpp>
#include <qx/core/tensor_ref.hpp>
#include <qx/fuse/context.hpp>
#include <qx/gguf/reader.hpp>
#include <qx/model/axes.hpp>
#include <qx/model/hyperparameters.hpp>
#include <qx/model/rope_table.hpp>
#include <qx/model/step.hpp>

#include <vector>

namespace qx {
class weight_loader;
}

namespace qx::qwen {

using namespace qx::axis_names;

struct config : model_shape {
  rope_config rope;
  bool norms = false;  ///< Qwen 3: of queries and keys; else there are biases
};

struct layer_weights {
  tensor<float, model> attn_norm{model(0)};
  weight<head, dim, model> q;
  weight<kv_head, dim, model> k;
  weight<kv_head, dim, model> v;
  tensor<float, head, dim> q_bias{head(0), dim(0)};  // Qwen 2
  tensor<float, kv_head, dim> k_bias{kv_head(0), dim(0)};
  tensor<float, kv_head, dim> v_bias{kv_head(0), dim(0)};
  tensor<float, dim> q_norm{dim(0)};  // Qwen 3
  tensor<float, dim> k_norm{dim(0)};
  weight<model, head, dim> o;
  tensor<float, model> ffn_norm{model(0)};
  weight<ff, model> gate;
  weight<ff, model> up;
  weight<model, ff> down;
};

struct weights {
  weight<vocab, model> token_embd;
  std::vector<layer_weights> layers;
  tensor<float, model> output_norm{model(0)};
  weight<vocab, model> output;  ///< the embedding when the file has none
  rope_table rope;
};

using step = rotated_step;

/// What `graph_model` asks of a graph.
struct architecture {
  using config = qwen::config;
  using weights = qwen::weights;
  using step = qwen::step;
  [[nodiscard]] static result<config> read(const gguf::file& file);
  static void load(weight_loader& l, const config& c, weights& w);
  static void forward(context& ctx, const config& c, const weights& w, const step& s);
  /// The same, compiled for one instruction set.
  template <class Arch>
  static void run(context& ctx, const config& c, const weights& w, const step& s);
};

}  // namespace qx::qwen
