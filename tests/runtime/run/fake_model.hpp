// SPDX-License-Identifier: MIT
/// \file
/// The smallest thing that satisfies Model: after token t comes t + 1, and a step takes as long as
/// it is told to.
#pragma once

#include <qx/core/message.hpp>
#include <qx/model/model.hpp>
#include <qx/run/stopwatch.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace qx::test {

class fake_model {
 public:
  explicit fake_model(const model_limits& limits)
      : limits_(limits), lengths_(limits.sequences), logits_(limits.vocabulary) {
    chunks.reserve(1024);
  }

  [[nodiscard]] model_limits limits() const { return limits_; }
  [[nodiscard]] std::size_t length(std::int32_t sequence) const {
    return lengths_[static_cast<std::size_t>(sequence)];
  }
  void truncate(std::int32_t sequence, std::size_t n) {
    std::size_t& held = lengths_[static_cast<std::size_t>(sequence)];
    held = n < held ? n : held;
    ++truncations;
  }

  [[nodiscard]] result<logits_view> forward(const batch& b) {
    const stopwatch watch;
    if (++steps == fails_at) return fail(errc::memory, "the model gave up");
    if (b.tokens.empty() || b.tokens.size() > limits_.batch)
      return fail(errc::range, "a batch of the wrong size");
    for (std::size_t i = 0; i < b.tokens.size(); ++i) {
      std::size_t& held = lengths_[static_cast<std::size_t>(b.sequences[i])];
      if (held == limits_.context || static_cast<std::size_t>(b.positions[i]) != held)
        return fail(errc::range, message("position ", b.positions[i], " does not continue ", held));
      ++held;
    }
    if (chunks.size() < chunks.capacity()) chunks.push_back(b.tokens.size());
    for (const std::int32_t output : b.outputs) {
      const auto next = static_cast<std::size_t>(b.tokens[static_cast<std::size_t>(output)] + 1) %
                        limits_.vocabulary;
      logits_[likely_] = 0.0f;
      logits_[likely_ = next] = 20.0f;
    }
    while (watch.seconds() < busy_seconds) {
    }
    seconds += watch.seconds();
    return logits_view(logits_.data(),
                       extents<logits_view::axes_type>({b.outputs.size(), limits_.vocabulary}));
  }

  std::vector<std::size_t> chunks;  ///< tokens of each step
  std::size_t steps = 0;
  std::size_t truncations = 0;
  std::size_t fails_at = 0;  ///< number of the step that fails, from 1
  double busy_seconds = 0;
  double seconds = 0;  ///< spent in steps, by the model's own clock

 private:
  model_limits limits_;
  std::vector<std::size_t> lengths_;
  std::vector<float> logits_;
  std::size_t likely_ = 0;
};
static_assert(Model<fake_model>);

}  // namespace qx::test
