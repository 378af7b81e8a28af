// SPDX-License-Identifier: MIT
/// \file
/// How fast a model is: tokens a second over a prompt and token by token, for whatever satisfies
/// `Model`. Between two readings of the clock there is nothing but the model's steps.
#pragma once

#include <qx/core/error.hpp>
#include <qx/core/message.hpp>
#include <qx/model/model.hpp>
#include <qx/run/random.hpp>
#include <qx/run/step.hpp>
#include <qx/run/stopwatch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace qx {

struct bench_options {
  std::size_t prefill = 256;  ///< tokens of the prompt; 0 leaves this part out
  std::size_t decode = 32;    ///< tokens one by one; 0 leaves this part out
  std::size_t depth = 0;      ///< tokens that the sequence already holds, in both parts
  std::size_t warm_up = 1;    ///< repetitions that are not timed
  std::size_t repetitions = 5;
  std::int32_t sequence = 0;  ///< what it held is gone afterwards
};

/// Tokens a second over the repetitions; all 0 where nothing was measured.
struct spread {
  double min = 0;
  double median = 0;
  double max = 0;
};

struct bench_report {
  spread prefill;
  spread decode;
};

namespace detail {

/// Sorts. The median of an even number is the mean of the two in the middle.
[[nodiscard]] inline spread spread_of(std::span<double> samples) {
  if (samples.empty()) return {};
  std::ranges::sort(samples);
  const std::size_t n = samples.size();
  return {samples.front(), (samples[(n - 1) / 2] + samples[n / 2]) / 2, samples.back()};
}

template <Model M>
[[nodiscard]] result<void> check_bench(const M& model, const bench_options& o) {
  const model_limits limits = model.limits();
  const std::size_t longest = std::max(o.prefill, o.decode);
  if (o.repetitions == 0) return fail(errc::argument, "a benchmark of no repetitions");
  if (longest == 0)
    return fail(errc::argument, "a benchmark of no tokens: neither prefill nor decode");
  if (limits.vocabulary == 0)
    return fail(errc::argument, "a benchmark of a model without a vocabulary");
  if (o.sequence < 0 || static_cast<std::size_t>(o.sequence) >= limits.sequences)
    return fail(errc::range,
                message("sequence ", o.sequence, ": the cache holds ", limits.sequences));
  if (o.depth > limits.context || longest > limits.context - o.depth)
    return fail(errc::range, message(longest, " tokens at depth ", o.depth,
                                     " do not fit a context of ", limits.context));
  return {};
}

/// Pseudo-random tokens, the same for every model of that vocabulary.
[[nodiscard]] inline std::vector<token_id> bench_tokens(std::size_t count, std::size_t vocabulary) {
  sampling::random_stream random(1);
  std::vector<token_id> tokens(count);
  for (token_id& token : tokens)
    token = static_cast<token_id>(random.bits() % vocabulary);
  return tokens;
}

}  // namespace detail

/// Times one model. All that allocates happens before the first repetition; `run` is what is timed,
/// `truncate` to the depth is not.
template <Model M>
class bench {
 public:
  /// The options must have been checked.
  bench(M& model, const bench_options& options)
      : model_(model), options_(options), steps_(model, options.sequence),
        tokens_(detail::bench_tokens(std::max({options.prefill, options.decode, options.depth}),
                                     model.limits().vocabulary)),
        samples_(options.repetitions) {}

  /// Fills the sequence up to the depth.
  [[nodiscard]] result<void> deepen() {
    model_.truncate(options_.sequence, 0);
    if (options_.depth == 0) return {};
    if (auto logits = steps_.prefill(std::span(tokens_).first(options_.depth)); !logits)
      return std::unexpected(std::move(logits).error());
    return {};
  }
  [[nodiscard]] result<spread> prefill() {
    const auto prompt = std::span<const token_id>(tokens_).first(options_.prefill);
    return repeat(options_.prefill, [&]() -> result<void> {
      if (auto logits = steps_.prefill(prompt); !logits)
        return std::unexpected(std::move(logits).error());
      return {};
    });
  }
  [[nodiscard]] result<spread> decode() {
    const auto text = std::span<const token_id>(tokens_).first(options_.decode);
    return repeat(options_.decode, [&]() -> result<void> {
      for (const token_id token : text)
        if (auto logits = steps_.decode(token); !logits)
          return std::unexpected(std::move(logits).error());
      return {};
    });
  }

 private:
  template <class F>
  [[nodiscard]] result<spread> repeat(std::size_t tokens, F run) {
    if (tokens == 0) return spread{};
    for (std::size_t i = 0; i < options_.warm_up + options_.repetitions; ++i) {
      model_.truncate(options_.sequence, options_.depth);
      const stopwatch watch;
      const result<void> done = run();
      const double seconds = watch.seconds();
      if (!done) return std::unexpected(done.error());
      if (i >= options_.warm_up)
        samples_[i - options_.warm_up] = static_cast<double>(tokens) / seconds;
    }
    return detail::spread_of(samples_);
  }

  M& model_;
  bench_options options_;
  stepper<M> steps_;
  std::vector<token_id> tokens_;
  std::vector<double> samples_;
};

/// Prefill and decode at a depth. errc::argument or errc::range for options that make no sense for
/// this model; else the model's own error. The sequence is empty afterwards.
template <Model M>
[[nodiscard]] result<bench_report> run_bench(M& model, const bench_options& options) {
  if (auto sound = detail::check_bench(model, options); !sound)
    return std::unexpected(std::move(sound).error());
  bench<M> runs(model, options);
  if (auto deep = runs.deepen(); !deep) return std::unexpected(std::move(deep).error());
  const auto prefill = runs.prefill();
  if (!prefill) return std::unexpected(prefill.error());
  const auto decode = runs.decode();
  if (!decode) return std::unexpected(decode.error());
  model.truncate(options.sequence, 0);
  return bench_report{*prefill, *decode};
}

}  // namespace qx
