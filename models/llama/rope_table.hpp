// SPDX-License-Identifier: MIT
/// \file
/// The angles of rotary position embedding, computed in double once per step and shared by all
/// layers and heads.
#pragma once

#include <models/llama/config.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace qx::llama {

class rope_table {
 public:
  rope_table() = default;
  /// `factors` [rotated / 2] divide the angles; empty for none.
  rope_table(const rope_config& c, std::size_t dim, std::span<const float> factors);

  /// Writes cosine and signed sine [tokens, dim] of the given positions, laid out like a head:
  /// rotated x[j] = x[j] · cosine[j] + x[partner(j)] · sine[j].
  void fill(std::span<const std::int32_t> positions, std::span<float> cosine, std::span<float> sine) const;

 private:
  std::size_t dim_ = 0;
  rope_pairs pairs_ = rope_pairs::adjacent;
  double magnitude_ = 1.0;
  std::vector<double> frequency_;  ///< [rotated / 2], radians per position
};

}  // namespace qx::llama
