// SPDX-License-Identifier: MIT
/// \file
/// What a rule of a sampler is, and how to add one. A rule is any type with
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
/// the text so far also has `void accept(token_id)`, called for each of its tokens, and
/// `void forget()`, called where another text begins; one that must know how likely the drawn token
/// was has `void drawn(token_id, float probability)`, called before `accept`.
#pragma once

#include <qx/run/candidates.hpp>

#include <concepts>
#include <memory>
#include <utility>

namespace qx::sampling {

template <class R>
concept Rule = std::move_constructible<R> && requires(R& rule, candidates& c) {
  { rule.apply(c) } -> std::same_as<result<void>>;
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
  void forget() { rule_->forget(); }
  void drawn(token_id token, float probability) { rule_->drawn(token, probability); }

 private:
  struct base {
    virtual ~base() = default;
    virtual result<void> apply(candidates& c) = 0;
    virtual void accept(token_id token) = 0;
    virtual void forget() = 0;
    virtual void drawn(token_id token, float probability) = 0;
  };
  template <class R>
  struct held final : base {
    explicit held(R r) : rule(std::move(r)) {}
    result<void> apply(candidates& c) override { return rule.apply(c); }
    void accept([[maybe_unused]] token_id token) override {
      if constexpr (requires { rule.accept(token); }) rule.accept(token);
    }
    void forget() override {
      if constexpr (requires { rule.forget(); }) rule.forget();
    }
    void drawn([[maybe_unused]] token_id token, [[maybe_unused]] float probability) override {
      if constexpr (requires { rule.drawn(token, probability); }) rule.drawn(token, probability);
    }
    R rule;
  };

  std::unique_ptr<base> rule_;
};

}  // namespace qx::sampling
