// SPDX-License-Identifier: MIT
/// \file
/// The shape of a llama, as a GGUF file describes it.
#pragma once

#include <qx/core/error.hpp>
#include <qx/core/graph_types.hpp>
#include <qx/gguf/reader.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace qx::llama {

/// How positions beyond the training length are mapped.
enum class rope_scaling : std::uint8_t {
  none,
  linear,  ///< angles divided by a factor (Chen et al. 2023)
  yarn,    ///< by frequency, with a temperature (Peng et al. 2023)
};

struct rope_config {
  std::size_t rotated = 0;  ///< elements of a head that are rotated, even, at most `dim`
  float base = 10000.0f;
  rope_scaling scaling = rope_scaling::none;
  float factor = 1.0f;                  ///< of linear and YaRN scaling
  float attention_factor = 1.0f;        ///< multiplies YaRN's temperature
  float beta_fast = 32.0f;              ///< YaRN: rotations above which a frequency is kept
  float beta_slow = 1.0f;               ///< YaRN: rotations below which it is interpolated
  std::size_t original_context = 0;     ///< YaRN: positions the model was trained on
  rope_pairs pairs = rope_pairs::adjacent;
};

struct config {
  std::string name;
  std::size_t layers = 0;
  std::size_t model = 0;
  std::size_t heads = 0;
  std::size_t kv_heads = 0;
  std::size_t dim = 0;      ///< of one head
  std::size_t ff = 0;
  std::size_t vocab = 0;
  std::size_t context = 0;  ///< positions the model was trained on
  float rms_epsilon = 1e-5f;
  rope_config rope;
};

/// Reads `general.architecture` = llama and its keys. A missing key, or a number that makes no
/// sense, is an error that names the key.
[[nodiscard]] result<config> read_config(const gguf::file& file);

}  // namespace qx::llama
