// SPDX-License-Identifier: MIT
/// \file
/// What a runner (generate, bench, perplexity) needs of a model. It never asks which one it is.
#pragma once

#include <qx/core/error.hpp>
#include <qx/core/tensor_view.hpp>
#include <qx/model/axes.hpp>
#include <qx/model/batch.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace qx {

/// Logits of the wanted outputs, [output, vocab]; valid until the next step.
using logits_view = tensor_view<const float, axis_names::output, axis_names::vocab>;

/// How many tokens a model takes, holds and predicts.
struct model_limits {
  std::size_t vocabulary = 0;  ///< logits per output
  std::size_t context = 0;     ///< positions that the cache holds for each sequence
  std::size_t sequences = 0;   ///< sequences that the cache holds at once
  std::size_t batch = 0;       ///< tokens of one step at most
};

/// `forward` computes a batch and leaves its keys and values in the cache; `truncate(sequence, n)`
/// forgets what lies at positions n and later, so that a sequence can be rolled back or restarted.
template <class M>
concept Model = requires(M& model, const M& constant, const batch& b, std::int32_t sequence, std::size_t n) {
  { constant.limits() } -> std::same_as<model_limits>;
  { model.forward(b) } -> std::same_as<result<logits_view>>;
  { constant.length(sequence) } -> std::same_as<std::size_t>;
  { model.truncate(sequence, n) };
};

}  // namespace qx
