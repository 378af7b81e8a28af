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
#include <qx/platform/huge_buffer.hpp>
#include <qx/platform/thread_pool.hpp>

#include <models/llama/config.hpp>

#include <cstddef>
#include <functional>
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

  platform::huge_buffer packed;     ///< the panels of all matrices that are multiplied with
};

/// Called with packed and total bytes.
using progress_function = std::function<void(std::size_t done, std::size_t total)>;

/// Finds, checks and packs all tensors. The file's memory must outlive the weights: the embedding
/// is read from it. Errors name the tensor and both shapes. `pool` may be null.
[[nodiscard]] result<weights> load_weights(const gguf::file& file, const config& c, const kernel::table& kernels,
                                           platform::thread_pool* pool, const progress_function& progress);

}  // namespace qx::llama
