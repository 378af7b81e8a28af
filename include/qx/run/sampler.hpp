// SPDX-License-Identifier: MIT
/// \file
/// From logits to a token: a chain of rules and a draw. For a seed and the same logits the draw is
/// the same on every instruction set and for any number of threads.
#pragma once

#include <qx/core/error.hpp>
#include <qx/core/token.hpp>
#include <qx/kernel/table.hpp>
#include <qx/run/candidates.hpp>
#include <qx/run/random.hpp>
#include <qx/run/rules.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace qx {

/// The usual chain: top-k, top-p, min-p, temperature, draw.
struct sampler_options {
  float temperature = 0.8f;  ///< 0 is greedy
  std::size_t top_k = 40;    ///< 0 is off
  float top_p = 0.95f;       ///< 0 … 1, 1 is off
  float min_p = 0.05f;       ///< 0 … 1, 0 is off
  std::uint64_t seed = 0;

  friend bool operator==(const sampler_options&, const sampler_options&) = default;
};

/// errc::argument with the name of the flag that makes no sense.
[[nodiscard]] result<void> check(const sampler_options& options);

/// The rules that the options stand for, in order.
[[nodiscard]] std::vector<sampling::any_rule> chain_of(const sampler_options& options);

/// A token that survived the rules.
struct likelihood {
  token_id token;
  float probability;

  friend bool operator==(const likelihood&, const likelihood&) = default;
};

class sampler {
 public:
  /// All memory is allocated here. errc::argument as `check` says, or for a vocabulary of none.
  [[nodiscard]] static result<sampler> make(const sampler_options& options, std::size_t vocabulary,
                                            const kernel::table& kernels = kernel::best_table());
  /// The same with a chain of one's own.
  [[nodiscard]] static result<sampler> make(std::vector<sampling::any_rule> chain,
                                            std::uint64_t seed, std::size_t vocabulary,
                                            const kernel::table& kernels = kernel::best_table());

  [[nodiscard]] std::size_t vocabulary() const { return vocabulary_; }

  /// Applies the chain to `logits` [vocabulary] and draws one of the survivors, which takes one
  /// number of the random stream. errc::range for NaN, +infinity, only -infinity, or a chain that
  /// leaves no token; errc::shape for another number of logits. The logits are not changed.
  [[nodiscard]] result<token_id> draw(std::span<const float> logits);

  /// The token of the last draw, and how likely it was among the survivors.
  [[nodiscard]] likelihood last() const { return last_; }

  /// Applies the chain and gives all survivors, the most likely first and of equals the lower id
  /// first; their probabilities sum to 1. Sorts, and allocates the first time: for people, not for
  /// the loop. Valid until the next call.
  [[nodiscard]] result<std::span<const likelihood>> distribution(std::span<const float> logits);

  /// Tells the rules which token the text goes on with (also each token of the prompt).
  void accept(token_id token);
  /// Tells them that another text begins: what they have heard by `accept` counts no more.
  void forget();

  /// The stream that draws are made from; seek it to repeat a draw.
  [[nodiscard]] sampling::random_stream& random() { return random_; }

 private:
  sampler(std::vector<sampling::any_rule> chain, std::uint64_t seed, std::size_t vocabulary,
          const kernel::table& kernels);
  [[nodiscard]] result<void> narrow(std::span<const float> logits);
  [[nodiscard]] likelihood pick();

  std::size_t vocabulary_;
  std::vector<sampling::any_rule> chain_;
  sampling::candidates candidates_;
  sampling::random_stream random_;
  likelihood last_{no_token, 0.0f};
  std::vector<likelihood> shown_;
};

}  // namespace qx
