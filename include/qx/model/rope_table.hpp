// SPDX-License-Identifier: MIT
/// \file
/// The angles of rotary position embedding (Su et al. 2021), computed in double once per step and
/// shared by all layers and heads.
#pragma once

#include <qx/core/graph_types.hpp>
#include <qx/model/hyperparameters.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace qx {

/// How positions beyond the training length are mapped.
enum class rope_scaling : std::uint8_t {
  none,
  linear,  ///< angles divided by a factor (Chen et al. 2023)
  yarn,    ///< by frequency, with a temperature (Peng et al. 2023)
};

struct rope_config {
  std::size_t rotated = 0;  ///< elements of a head that are rotated, even, at most all
  float base = 10000.0f;
  rope_scaling scaling = rope_scaling::none;
  float factor = 1.0f;               ///< of linear and YaRN scaling
  float attention_factor = 1.0f;     ///< multiplies YaRN's temperature
  float beta_fast = 32.0f;           ///< YaRN: rotations above which a frequency is kept
  float beta_slow = 1.0f;            ///< YaRN: rotations below which it is interpolated
  std::size_t original_context = 0;  ///< YaRN: positions the model was trained on
  rope_pairs pairs = rope_pairs::adjacent;
};

/// The keys below "rope." for heads of `shape.dim` elements.
[[nodiscard]] rope_config read_rope(hyperparameters& keys, const model_shape& shape,
                                    rope_pairs pairs);

class rope_table {
 public:
  rope_table() = default;
  /// `factors` [rotated / 2] divide the angles; empty for none.
  rope_table(const rope_config& c, std::size_t dim, std::span<const float> factors = {});

  /// Writes cosine and signed sine [tokens, dim] of the given positions, laid out like a head:
  /// rotated x[j] = x[j] · cosine[j] + x[partner(j)] · sine[j].
  void fill(std::span<const std::int32_t> positions, std::span<float> cosine,
            std::span<float> sine) const;

 private:
  std::size_t dim_ = 0;
  rope_pairs pairs_ = rope_pairs::adjacent;
  double magnitude_ = 1.0;
  std::vector<double> frequency_;  ///< [rotated / 2], radians per position
};

}  // namespace qx
