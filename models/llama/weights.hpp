// SPDX-License-Identifier: MIT
/// \file
/// The tensors of a llama, with their shapes. Matrices keep the type they have in the file and are
/// packed once for the kernels; norms and frequency factors are floats.
#pragma once

#include <qx/core/error.hpp>
#include <qx/core/tensor.hpp>
#include <qx/core/tensor_ref.hpp>
#include <qx/gguf/reader.hpp>
#include <qx/kernel/table.hpp>
#include <qx/model/axes.hpp>
#include <qx/model/pack_cache.hpp>
#include <qx/platform/thread_pool.hpp>

#include <cstddef>
#include <models/llama/config.hpp>
#include <vector>

namespace qx::llama {

using namespace qx::axis_names;

struct layer_weights {
  tensor<float, model> attn_norm{model(0)};
  weight<head, dim, model> q;
  weight<kv_head, dim, model> k;
  weight<kv_head, dim, model> v;
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
  weight<vocab, model> output;      ///< the embedding when the file has none
  std::vector<float> rope_factors;  ///< [rotated / 2], divide the angles; empty when absent

  packed_image packed;  ///< the panels of all matrices that are multiplied with
};

/// What there is to pack: every matrix but an embedding that is only looked up, which stays in the
/// mapped file. Errors name the tensor and both shapes.
[[nodiscard]] result<packing_plan> plan_packing(const gguf::file& file, const config& c,
                                                const kernel::table& kernels);

/// Finds, checks and packs all tensors, or maps their panels. The file's memory must outlive the
/// weights: the embedding is read from it. Errors: those of plan_packing() and pack(). `pool` may
/// be null.
[[nodiscard]] result<weights> load_weights(const gguf::file& file, const config& c,
                                           const kernel::table& kernels,
                                           platform::thread_pool* pool,
                                           const packing_options& options);

}  // namespace qx::llama
