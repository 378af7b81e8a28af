// SPDX-License-Identifier: MIT
/// \file
/// Text from a model: the prompt in as few steps as the model allows, then token by token. Works
/// for whatever satisfies `Model`.
#pragma once

#include <qx/core/error.hpp>
#include <qx/core/message.hpp>
#include <qx/model/model.hpp>
#include <qx/run/sampler.hpp>
#include <qx/run/step.hpp>
#include <qx/run/stopwatch.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>

namespace qx {

struct generate_options {
  std::size_t max_tokens = std::numeric_limits<std::size_t>::max();  ///< tokens to generate at most
  std::int32_t sequence = 0;  ///< goes on with what the model holds for it
};

enum class stop_reason : std::uint8_t {
  max_tokens,  ///< as many as were asked for
  end,         ///< an end-of-generation token was drawn
  context,     ///< the sequence has no room for another token
  caller,      ///< the callback said so
};

struct generate_stats {
  std::size_t prompt_tokens = 0;
  double prefill_seconds = 0;        ///< all steps over the prompt
  std::size_t generated_tokens = 0;  ///< as many as the callback got
  std::size_t decode_steps = 0;      ///< steps of one token; the first token needs none of its own
  double decode_seconds = 0;         ///< decode steps and draws, without the time of the callback
  stop_reason stopped = stop_reason::max_tokens;

  /// Tokens a second; 0 where nothing was timed.
  [[nodiscard]] double prefill_rate() const { return rate(prompt_tokens, prefill_seconds); }
  [[nodiscard]] double decode_rate() const { return rate(decode_steps, decode_seconds); }

 private:
  [[nodiscard]] static double rate(std::size_t n, double seconds) {
    return seconds > 0 ? static_cast<double>(n) / seconds : 0.0;
  }
};

/// Whether a token ends the generation; it is not given to the callback.
template <class F>
concept EndPredicate = std::predicate<F&, token_id>;
/// Gets each token as it is drawn and says whether to go on.
template <class F>
concept TokenCallback = std::predicate<F&, token_id>;

namespace detail {

template <Model M>
[[nodiscard]] result<void> check_generate(const M& model, const sampler& draws,
                                          std::span<const token_id> prompt, std::int32_t sequence) {
  if (draws.vocabulary() != model.limits().vocabulary)
    return fail(errc::argument, message("the sampler was made for ", draws.vocabulary(),
                                        " tokens, the model has ", model.limits().vocabulary));
  return check_prompt(model, prompt, sequence);
}

}  // namespace detail

/// Prefills `prompt` and generates. Before anything runs: an empty prompt or a sampler for another
/// vocabulary is errc::argument; a token outside the vocabulary, a sequence that the model does not
/// have or a prompt longer than what is left of its context is errc::range. An error in the middle
/// is the model's or the sampler's; the callback has had every token drawn before it. After the
/// prompt nothing is allocated here. The last token drawn is not computed, so that the sequence
/// holds one token less than prompt and text have.
template <Model M, TokenCallback Emit, EndPredicate End>
[[nodiscard]] result<generate_stats>
generate(M& model, sampler& draws, std::span<const token_id> prompt,
         const generate_options& options, Emit&& emit, End&& is_end) {
  if (auto fits = detail::check_generate(model, draws, prompt, options.sequence); !fits)
    return std::unexpected(std::move(fits).error());
  stepper<M> steps(model, options.sequence);
  generate_stats stats{.prompt_tokens = prompt.size()};
  const auto stop = [&](stop_reason why) {
    stats.stopped = why;
    return stats;
  };
  stopwatch watch;
  auto logits = steps.prefill(prompt);
  stats.prefill_seconds = watch.seconds();
  for (const token_id token : prompt)
    draws.accept(token);

  while (logits && stats.generated_tokens < options.max_tokens) {
    watch.restart();
    const auto token = draws.draw(*logits);
    stats.decode_seconds += watch.seconds();
    if (!token) return std::unexpected(token.error());
    if (is_end(*token)) return stop(stop_reason::end);
    ++stats.generated_tokens;
    draws.accept(*token);
    if (!emit(*token)) return stop(stop_reason::caller);
    if (stats.generated_tokens == options.max_tokens) break;
    if (steps.room() == 0) return stop(stop_reason::context);
    watch.restart();
    logits = steps.decode(*token);
    stats.decode_seconds += watch.seconds();
    ++stats.decode_steps;
  }
  if (!logits) return std::unexpected(std::move(logits).error());
  return stop(stop_reason::max_tokens);
}

/// The same without an end of its own.
template <Model M, TokenCallback Emit>
[[nodiscard]] result<generate_stats> generate(M& model, sampler& draws,
                                              std::span<const token_id> prompt,
                                              const generate_options& options, Emit&& emit) {
  return generate(model, draws, prompt, options, std::forward<Emit>(emit),
                  [](token_id) { return false; });
}

}  // namespace qx
