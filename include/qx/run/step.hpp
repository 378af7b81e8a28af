// SPDX-License-Identifier: MIT
/// \file
/// Steps of one sequence: a prompt in chunks, then one token after the other. What generate, bench
/// and perplexity have in common.
#pragma once

#include <qx/core/error.hpp>
#include <qx/core/message.hpp>
#include <qx/model/model.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace qx {

/// Whether a prompt can be run; nothing is.
template <Model M>
[[nodiscard]] result<void> check_prompt(const M& model, std::span<const token_id> prompt,
                                        std::int32_t sequence) {
  const model_limits limits = model.limits();
  if (prompt.empty())
    return fail(errc::argument, "the prompt is empty: there is no token to go on from");
  if (sequence < 0 || static_cast<std::size_t>(sequence) >= limits.sequences)
    return fail(errc::range,
                message("sequence ", sequence, ": the cache holds ", limits.sequences));
  const std::size_t held = model.length(sequence);
  if (prompt.size() > limits.context - std::min(held, limits.context))
    return fail(errc::range,
                message("a prompt of ", prompt.size(), " tokens after ", held,
                        " that are cached does not fit a context of ", limits.context));
  for (std::size_t i = 0; i < prompt.size(); ++i)
    if (prompt[i] < 0 || static_cast<std::size_t>(prompt[i]) >= limits.vocabulary)
      return fail(errc::range, message("prompt token ", i, " is ", prompt[i],
                                       ": ids of this model are 0 … ", limits.vocabulary - 1));
  return {};
}

/// Feeds one sequence of a model, from where its cache ends. Memory is allocated when it is made.
template <Model M>
class stepper {
 public:
  stepper(M& model, std::int32_t sequence)
      : model_(model), limits_(model.limits()), sequence_(sequence),
        positions_(std::max<std::size_t>(limits_.batch, 1)),
        sequences_(positions_.size(), sequence) {}

  /// Positions that are left.
  [[nodiscard]] std::size_t room() const {
    return limits_.context - std::min(limits_.context, model_.length(sequence_));
  }

  /// Runs tokens [n], n >= 1, in chunks of at most limits().batch; logits of the last one, valid
  /// until the next step.
  [[nodiscard]] result<std::span<const float>> prefill(std::span<const token_id> tokens) {
    const std::size_t chunk = positions_.size();
    for (; tokens.size() > chunk; tokens = tokens.subspan(chunk))
      if (auto done = run(tokens.first(chunk), {}); !done) return done;
    const auto last = static_cast<std::int32_t>(tokens.size()) - 1;
    return run(tokens, std::span(&last, 1));
  }

  /// Runs one token and gives its logits.
  [[nodiscard]] result<std::span<const float>> decode(token_id token) {
    static constexpr std::int32_t first = 0;
    return run(std::span(&token, 1), std::span(&first, 1));
  }

 private:
  [[nodiscard]] result<std::span<const float>> run(std::span<const token_id> tokens,
                                                   std::span<const std::int32_t> outputs) {
    const auto held = static_cast<std::int32_t>(model_.length(sequence_));
    for (std::size_t i = 0; i < tokens.size(); ++i)
      positions_[i] = held + static_cast<std::int32_t>(i);
    auto logits = model_.forward({.tokens = tokens,
                                  .positions = std::span(positions_).first(tokens.size()),
                                  .sequences = std::span(sequences_).first(tokens.size()),
                                  .outputs = outputs});
    if (!logits) return std::unexpected(std::move(logits).error());
    if (outputs.empty()) return std::span<const float>();
    return logits->at(axis_names::output, 0).elements();
  }

  M& model_;
  model_limits limits_;
  std::int32_t sequence_;
  std::vector<std::int32_t> positions_;
  std::vector<std::int32_t> sequences_;
};

}  // namespace qx
