// SPDX-License-Identifier: MIT
/// \file
/// Reductions and functions of rows that a user brings along: what a monoid or a rule must have, as
/// concepts, and the functions that put them into a formula.
#pragma once

#include <qx/expr/functions.hpp>
#include <qx/expr/reduce.hpp>

#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>

namespace qx::inline QX_ARCH {

/// A type without data whose functions say what a reduction keeps of a row (`state<V>`), what it
/// begins with, how an element and how another part join it, and what comes out. V is a number or a
/// pack of numbers, `index` where the element stands. A name and a cost are for plans.
template <class M, class T = float>
concept Monoid =
    std::is_empty_v<M> &&
    requires(typename M::template state<T> s, T x, std::size_t count) {
      typename M::template result<T>;
      { M::template start<T>() } -> std::same_as<typename M::template state<T>>;
      M::step(s, x, x);
      { M::merge(s, s) } -> std::same_as<typename M::template state<T>>;
      { M::finish(s, count) } -> std::convertible_to<typename M::template result<T>>;
    } &&
    (requires { { M::template neutral<T>() } -> std::same_as<T>; } ||
     requires(typename M::template state<T> s, T x, bool valid) { M::masked_step(s, x, x, valid); });

/// Which statistic of a row (`monoid`), what is made of it once (`prepare`), and what it does to an
/// element (`apply`).
template <class R, class T = float>
concept RowRule =
    Monoid<typename R::monoid, T> &&
    requires(const R& rule, typename R::monoid::template result<T> statistic, T x, std::size_t count) {
      { rule.apply(rule.prepare(statistic, count), x) } -> std::convertible_to<T>;
    };

namespace monoid {

/// Elements joined by an associative function that changes nothing when one of them is `Neutral`.
/// A generic function is called with packs of lanes, one that takes numbers lane by lane.
template <auto Neutral, class F>
struct fold {
  static_assert(std::is_empty_v<F> && std::is_default_constructible_v<F>,
                "qx: fold() takes a function without captures");
  static constexpr std::string_view name = "fold";
  static constexpr op_cost cost{1, 0};
  template <class T>
  using result = T;
  template <class V>
  using state = one_value<V>;
  template <class V>
  [[nodiscard]] QX_INLINE static constexpr V neutral() {
    return V(static_cast<element_t<V>>(Neutral));
  }
  template <class V>
  [[nodiscard]] QX_INLINE static constexpr state<V> start() {
    return {neutral<V>()};
  }
  template <class V, class I>
  QX_INLINE static constexpr void step(state<V>& s, V x, I) {
    s.value = joined(s.value, x);
  }
  template <class V>
  [[nodiscard]] QX_INLINE static constexpr state<V> merge(state<V> a, state<V> b) {
    return {joined(a.value, b.value)};
  }
  template <class T>
  [[nodiscard]] QX_INLINE static constexpr T finish(state<T> s, std::size_t) {
    return s.value;
  }

 private:
  template <class V>
  [[nodiscard]] QX_INLINE static constexpr V joined(V a, V b) {
    if constexpr (std::is_invocable_v<F, V, V>)
      return V(F{}(a, b));
    else
      return lanewise(F{}, a, b);  // found beside the pack
  }
};

}  // namespace monoid

/// `fold<1.0f>([](auto a, auto b) { return a * b; })`: the monoid of an associative function and the
/// number that changes nothing.
template <auto Neutral, class F>
[[nodiscard]] QX_INLINE constexpr monoid::fold<Neutral, F> fold(F) {
  return {};
}

/// A reduction of a user's own: `reduce(my_monoid{}, x, over(token))`.
template <class M, Operand A, class Axis>
[[nodiscard]] QX_INLINE constexpr auto reduce(M, A&& a, over_axis<Axis>) {
  static_assert(Monoid<M, typename node_t<A>::value_type>,
                "qx: reduce() takes a monoid, a type without data that has result, state, start, "
                "step, merge, finish and neutral (or masked_step): see expr/fold.hpp");
  return impl::make_reduce<M, Axis>({}, std::forward<A>(a));
}

/// A function of whole rows of a user's own, like softmax and the norms: one sweep for a statistic,
/// one that applies it: `row_wise(my_rule{…}, x, over(model))`.
template <class R, Operand A, class Axis>
[[nodiscard]] QX_INLINE constexpr auto row_wise(R rule, A&& a, over_axis<Axis>) {
  static_assert(RowRule<R, typename node_t<A>::value_type>,
                "qx: row_wise() takes a rule that has monoid, prepare and apply: see expr/fold.hpp");
  return rowwise_node<R, Axis{}, node_t<A>>{{}, std::move(rule), as_node(std::forward<A>(a))};
}

}  // namespace qx::inline QX_ARCH
