// SPDX-License-Identifier: MIT
/// \file
/// How well a model predicts a text: every chunk of it begins anew, and the tokens of its second
/// half are scored, each with half a chunk before it at least. Figures compare with those of
/// llama.cpp's llama-perplexity for the same text and chunk.
#pragma once

#include <qx/core/error.hpp>
#include <qx/core/message.hpp>
#include <qx/model/model.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace qx {

struct perplexity_options {
  std::size_t chunk =
      512;  ///< tokens of a chunk; the last part of a text that fills none is left out
  std::size_t chunks = 0;     ///< at most so many; 0: all
  token_id first = no_token;  ///< stands in place of the first token of each chunk: BOS, where the
                              ///< vocabulary asks for one
  std::int32_t sequence = 0;
};

/// Sums over scored tokens, from which means and their standard errors are made.
struct running_mean {
  std::size_t count = 0;
  double sum = 0, squares = 0;

  void add(double value) {
    ++count;
    sum += value;
    squares += value * value;
  }
  [[nodiscard]] double mean() const { return count == 0 ? 0 : sum / static_cast<double>(count); }
  /// Of the mean; 0 for fewer than two values.
  [[nodiscard]] double standard_error() const {
    if (count < 2) return 0;
    const double n = static_cast<double>(count), m = mean();
    return std::sqrt(std::max(squares / n - m * m, 0.0) / (n - 1));
  }
};

struct perplexity_stats {
  std::size_t chunks = 0;
  running_mean surprise;  ///< -log p of the scored tokens

  [[nodiscard]] double perplexity() const { return std::exp(surprise.mean()); }
  /// By error propagation.
  [[nodiscard]] double standard_error() const { return perplexity() * surprise.standard_error(); }
};

/// Where the scored part of a chunk begins: the logits from this position on count, each for the
/// token after it, up to the last but one.
[[nodiscard]] constexpr std::size_t first_scored(std::size_t chunk) { return chunk / 2; }

/// The logarithm of the sum of exp(logits) [vocab]; summed in double.
[[nodiscard]] double log_partition(std::span<const float> logits);

/// Gets the logits of each scored position, the token that follows and its -log p; may fail.
template <class F>
concept ScoreListener =
    std::is_invocable_r_v<result<void>, F&, std::span<const float>, token_id, double>;

namespace detail {

/// Scores chunks one after another, with memory that is kept.
template <Model M>
class chunk_scorer {
 public:
  chunk_scorer(M& model, std::int32_t sequence)
      : model_(model), sequence_(sequence), batch_(std::max<std::size_t>(model.limits().batch, 1)) {
  }

  /// `moved(at)`: so many tokens of the chunk are done.
  template <ScoreListener Each, std::invocable<std::size_t> Moved>
  [[nodiscard]] result<void> score(std::span<const token_id> chunk, running_mean& surprise,
                                   Each& each, Moved moved) {
    // Logits of few positions at a time: 64 of 128,256 floats are 33 MB.
    const std::size_t rows = std::min<std::size_t>(batch_, 64), scored = first_scored(chunk.size());
    model_.truncate(sequence_, 0);
    for (std::size_t at = 0; at + 1 < chunk.size();) {
      const bool counts = at >= scored;
      const std::size_t end =
          counts ? std::min(at + rows, chunk.size() - 1) : std::min(at + batch_, scored);
      const auto logits = forward(chunk, at, end, counts);
      if (!logits) return std::unexpected(logits.error());
      for (std::size_t i = at; counts && i < end; ++i) {
        const auto row = logits->at(axis_names::output, i - at).elements();
        if (auto done = add(row, chunk[i + 1], surprise, each); !done) return done;
      }
      at = end;
      moved(at);
    }
    return {};
  }

 private:
  [[nodiscard]] auto forward(std::span<const token_id> chunk, std::size_t begin, std::size_t end,
                             bool with_logits) {
    positions_.clear(), outputs_.clear();
    for (std::size_t i = begin; i < end; ++i) {
      positions_.push_back(static_cast<std::int32_t>(i));
      if (with_logits) outputs_.push_back(static_cast<std::int32_t>(i - begin));
    }
    sequences_.assign(end - begin, sequence_);
    return model_.forward({.tokens = chunk.subspan(begin, end - begin),
                           .positions = positions_,
                           .sequences = sequences_,
                           .outputs = outputs_});
  }

  template <ScoreListener Each>
  [[nodiscard]] static result<void> add(std::span<const float> row, token_id next,
                                        running_mean& surprise, Each& each) {
    if (next < 0 || static_cast<std::size_t>(next) >= row.size())
      return fail(errc::range, message("token ", next, " is outside the vocabulary"));
    const double one =
        log_partition(row) - static_cast<double>(row[static_cast<std::size_t>(next)]);
    surprise.add(one);
    return each(row, next, one);
  }

  M& model_;
  std::int32_t sequence_;
  std::size_t batch_;
  std::vector<std::int32_t> positions_, sequences_, outputs_;
};

}  // namespace detail

/// Scores `tokens`. `progress(done, total)` counts tokens. errc::argument for a text shorter than a
/// chunk or a chunk of fewer than 4 tokens; errc::range for a chunk that the context does not hold.
/// What the sequence held before is dropped.
template <Model M, ScoreListener Each, std::invocable<std::size_t, std::size_t> Progress>
[[nodiscard]] result<perplexity_stats> perplexity(M& model, std::span<const token_id> tokens,
                                                  const perplexity_options& options, Each&& each,
                                                  Progress&& progress) {
  const std::size_t room = model.limits().context;
  if (options.chunk < 4 || options.chunk > room)
    return fail(errc::range, message("a chunk of ", options.chunk, " tokens: it must have 4 to ",
                                     room, ", which the context holds"));
  std::size_t chunks = tokens.size() / options.chunk;
  if (chunks == 0)
    return fail(errc::argument,
                message("the text is ", tokens.size(), " tokens long, less than a chunk of ",
                        options.chunk, ": take a longer text or shorter chunks"));
  if (options.chunks != 0) chunks = std::min(chunks, options.chunks);
  detail::chunk_scorer<M> scorer(model, options.sequence);
  perplexity_stats stats;
  std::vector<token_id> chunk;
  for (; stats.chunks < chunks; ++stats.chunks) {
    const std::size_t begin = stats.chunks * options.chunk;
    const auto part = tokens.subspan(begin, options.chunk);
    chunk.assign(part.begin(), part.end());
    if (options.first != no_token) chunk[0] = options.first;
    const auto done = scorer.score(chunk, stats.surprise, each, [&](std::size_t at) {
      progress(begin + at, chunks * options.chunk);
    });
    if (!done) return std::unexpected(done.error());
  }
  return stats;
}

}  // namespace qx
