// SPDX-License-Identifier: MIT
/// \file
/// The rules a sampler is composed of, and how to add one. A rule is any type with
/// `result<void> apply(sampling::candidates&)`, in a file of its own:
///
///     struct soft_cap {
///       float cap;
///       qx::result<void> apply(qx::sampling::candidates& c) const {
///         const auto logit = c.edit();
///         qx::eval(logit <<= cap * tanh(logit / cap));
///         return {};
///       }
///     };
///
/// Memory that a rule needs it allocates when it is made, not in `apply`. A rule that must know
/// what has been generated also has `void accept(token_id)`.
#pragma once

#include <qx/run/candidates.hpp>

#include <concepts>
#include <cstddef>
#include <memory>
#include <utility>

namespace qx::sampling {

template <class R>
concept Rule = std::move_constructible<R> && requires(R& rule, candidates& c) {
  { rule.apply(c) } -> std::same_as<result<void>>;
};

/// Only the most likely token stays; of equal ones the one with the lowest id.
struct greedy {
  [[nodiscard]] result<void> apply(candidates& c) const;
};

/// Divides the logits: below 1 the likely tokens gain, above 1 the unlikely ones. 0 is greedy.
struct temperature {
  float value = 0.8f;
  [[nodiscard]] result<void> apply(candidates& c) const;
};

/// The k most likely tokens stay; 0 keeps all (Fan, Lewis and Dauphin 2018).
struct top_k {
  std::size_t k = 40;
  [[nodiscard]] result<void> apply(candidates& c) const;
};

/// The smallest set of the most likely tokens whose probabilities sum to at least p stays, and at
/// least `min_keep` of them; 1 keeps all (nucleus sampling, Holtzman et al. 2020).
struct top_p {
  /// A sum this close below p counts as p. Engines add up in float, thousands of small terms, and
  /// stop a term early or late; theirs and ours then agree on where a nucleus ends.
  static constexpr double slack = 0x1p-17;

  float p = 0.95f;
  std::size_t min_keep = 1;
  [[nodiscard]] result<void> apply(candidates& c) const;
};

/// Tokens at least p times as likely as the likeliest stay, and at least the `min_keep` most
/// likely; 0 keeps all (Nguyen et al. 2024).
struct min_p {
  float p = 0.05f;
  std::size_t min_keep = 1;
  [[nodiscard]] result<void> apply(candidates& c) const;
};

/// Any rule, so that chains can be put together at run time.
class any_rule {
 public:
  // In this order: whether any_rule itself is a rule must not be asked while it is being answered.
  template <class R>
    requires(!std::same_as<R, any_rule>) && Rule<R>
  any_rule(R rule)
      : rule_(std::make_unique<held<R>>(std::move(rule))) {}  // NOLINT: a rule is any rule

  [[nodiscard]] result<void> apply(candidates& c) { return rule_->apply(c); }
  void accept(token_id token) { rule_->accept(token); }

 private:
  struct base {
    virtual ~base() = default;
    virtual result<void> apply(candidates& c) = 0;
    virtual void accept(token_id token) = 0;
  };
  template <class R>
  struct held final : base {
    explicit held(R r) : rule(std::move(r)) {}
    result<void> apply(candidates& c) override { return rule.apply(c); }
    void accept([[maybe_unused]] token_id token) override {
      if constexpr (requires { rule.accept(token); }) rule.accept(token);
    }
    R rule;
  };

  std::unique_ptr<base> rule_;
};

}  // namespace qx::sampling
