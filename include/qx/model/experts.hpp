// SPDX-License-Identifier: MIT
/// \file
/// Which experts each token goes to (Shazeer et al. 2017; gates as Mixtral has them, Jiang et al.
/// 2024): the likeliest few, whose probabilities are scaled to add up to 1. Pairs of a token and an
/// expert stand in the order of the experts, so that the weights of each are read once a step.
#pragma once

#include <qx/model/step.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace qx {

struct expert_routing {
  tensor_view<float, axis_names::token, axis_names::expert> gate;  ///< probability of each expert
  tensor_view<float, axis_names::pair> share;  ///< of the expert in its token's result
  std::span<std::int32_t> tokens;              ///< [pair]
  std::span<std::int32_t> starts;  ///< [expert + 1]: pairs of expert e are starts[e] … starts[e + 1]

  /// For `n` tokens that go to `used` of `experts` experts each; 0 experts take no memory.
  expert_routing(step_memory& m, std::size_t n, std::size_t experts, std::size_t used);

  /// Fills all but `gate` from `gate`. Of equal experts the first ones are taken; what is not a
  /// number counts as less than all others. Allocates nothing.
  void choose() const;

 private:
  std::span<std::int32_t> chosen_;  ///< [token · used], each token's likeliest first
  std::size_t used_;
};

}  // namespace qx
