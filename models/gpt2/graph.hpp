// SPDX-License-Identifier: MIT
/// \file
/// What a GPT-2 is made of: its sizes, its tensors, the values of one step.
#pragma once

#include <qx/core/error.hpp>
#include <qx/core/tensor.hpp>
#include <qx/core/tensor_ref.hpp>
#include <qx/fuse/context.hpp>
#include <qx/gguf/reader.hpp>
#include <qx/model/axes.hpp>
#include <qx/model/hyperparameters.hpp>
#include <qx/model/step.hpp>

#include <vector>

namespace qx {
class weight_loader;
}

namespace qx::gpt2 {

using namespace qx::axis_names;

struct config : model_shape {};

/// Weight and bias of a layer norm.
struct norm {
  tensor<float, model> weight{model(0)};
  tensor<float, model> bias{model(0)};
};

struct layer_weights {
  norm attn_norm;
  weight<head, dim, model> q;  // three parts of one tensor
  weight<kv_head, dim, model> k;
  weight<kv_head, dim, model> v;
  tensor<float, head, dim> q_bias{head(0), dim(0)};
  tensor<float, kv_head, dim> k_bias{kv_head(0), dim(0)};
  tensor<float, kv_head, dim> v_bias{kv_head(0), dim(0)};
  weight<model, head, dim> o;
  tensor<float, model> o_bias{model(0)};
  norm ffn_norm;
  weight<ff, model> up;
  tensor<float, ff> up_bias{ff(0)};
  weight<model, ff> down;
  tensor<float, model> down_bias{model(0)};
};

struct weights {
  weight<vocab, model> token_embd;
  weight<position, model> position_embd;
  std::vector<layer_weights> layers;
  norm output_norm;
  weight<vocab, model> output;  ///< the embedding when the file has none
};

using step = decoder_step;

/// What `graph_model` asks of a graph.
struct architecture {
  using config = gpt2::config;
  using weights = gpt2::weights;
  using step = gpt2::step;
  [[nodiscard]] static result<config> read(const gguf::file& file);
  static void load(weight_loader& l, const config& c, weights& w);
  static void forward(context& ctx, const config& c, const weights& w, const step& s);
  /// The same, compiled for one instruction set.
  template <class Arch>
  static void run(context& ctx, const config& c, const weights& w, const step& s);
};

}  // namespace qx::gpt2
