// SPDX-License-Identifier: MIT
/// \file
/// What a llama is made of: its sizes, its tensors, the values of one step. With experts it is a
/// Mixtral.
#pragma once

#include <qx/core/error.hpp>
#include <qx/core/tensor.hpp>
#include <qx/core/tensor_ref.hpp>
#include <qx/fuse/context.hpp>
#include <qx/gguf/reader.hpp>
#include <qx/model/axes.hpp>
#include <qx/model/experts.hpp>
#include <qx/model/hyperparameters.hpp>
#include <qx/model/rope_table.hpp>
#include <qx/model/step.hpp>

#include <vector>

namespace qx {
class weight_loader;
}

namespace qx::llama {

using namespace qx::axis_names;

struct config : model_shape {
  rope_config rope;
};

struct layer_weights {
  tensor<float, model> attn_norm{model(0)};
  weight<head, dim, model> q;
  weight<kv_head, dim, model> k;
  weight<kv_head, dim, model> v;
  weight<model, head, dim> o;
  tensor<float, model> ffn_norm{model(0)};
  // One feed-forward network …
  weight<ff, model> gate;
  weight<ff, model> up;
  weight<model, ff> down;
  // … or several, and what chooses among them.
  weight<expert, model> router;
  weight_stack<expert, ff, model> gates;
  weight_stack<expert, ff, model> ups;
  weight_stack<expert, model, ff> downs;
};

struct weights {
  weight<vocab, model> token_embd;
  std::vector<layer_weights> layers;
  tensor<float, model> output_norm{model(0)};
  weight<vocab, model> output;  ///< the embedding when the file has none
  rope_table rope;
};

struct step : rotated_step {
  expert_routing to;               ///< which experts tokens go to
  tensor_view<float, pair, ff> e;  ///< hidden layers of each token's experts

  step(const graph_step& given, step_memory& m, const config& c);
};

/// What `graph_model` asks of a graph.
struct architecture {
  using config = llama::config;
  using weights = llama::weights;
  using step = llama::step;
  [[nodiscard]] static result<config> read(const gguf::file& file);
  static void load(weight_loader& l, const config& c, weights& w);
  static void forward(context& ctx, const config& c, const weights& w, const step& s);
  /// The same, compiled for one instruction set.
  template <class Arch>
  static void run(context& ctx, const config& c, const weights& w, const step& s);
};

}  // namespace qx::llama
