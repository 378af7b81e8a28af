// SPDX-License-Identifier: MIT
/// \file
/// What evaluating an expression costs for each element, known from its type: the planner adds it
/// up, and chooses by it between keeping a value and computing it again.
#pragma once

#include <qx/core/bundle.hpp>
#include <qx/fuse/factor.hpp>

#include <cstddef>
#include <utility>

namespace qx::inline QX_ARCH {

namespace impl {

template <class Op>
consteval op_cost cost_of() {
  if constexpr (requires { Op::cost; })
    return Op::cost;
  else
    return {};  // a user's own counts as one operation
}

/// What one pass over a node's elements costs, and how many passes come before it.
struct node_cost {
  int sweeps_before = 0;
  int reads = 0;  ///< of the last pass
  int flops = 0;
  int transcendental = 0;
  int earlier_reads = 0;  ///< of the passes before
  int earlier_flops = 0;
  int earlier_transcendental = 0;
  int matmuls = 0;
  int prologues = 0;
  int temporaries = 0;
  int stages_before = 0;

  constexpr node_cost& operator+=(const node_cost& o) {
    sweeps_before += o.sweeps_before;
    reads += o.reads;
    flops += o.flops;
    transcendental += o.transcendental;
    earlier_reads += o.earlier_reads;
    earlier_flops += o.earlier_flops;
    earlier_transcendental += o.earlier_transcendental;
    matmuls += o.matmuls;
    prologues += o.prologues;
    temporaries += o.temporaries;
    stages_before += o.stages_before;
    return *this;
  }
  /// The last pass becomes an earlier one.
  constexpr void end_sweep() {
    ++sweeps_before;
    earlier_reads += reads;
    earlier_flops += flops;
    earlier_transcendental += transcendental;
    reads = flops = transcendental = 0;
  }
};

template <class N>
struct cost_visitor;
template <class... C>
consteval node_cost cost_of_all(const bundle<C...>*) {
  node_cost n;
  ((n += cost_visitor<C>::get()), ...);
  return n;
}
/// What the operands cost and, where the node says so, its own `cost`; a node that needs its
/// operand whole (`ends_sweep`) keeps it in a row of scratch.
template <class N>
struct cost_visitor {
  static consteval node_cost get() {
    node_cost n = cost_of_all(static_cast<const typename operands<N>::type*>(nullptr));
    if constexpr (requires { N::cost; }) {
      n.flops += N::cost.flops;
      n.transcendental += N::cost.transcendental;
    }
    if constexpr (requires { N::ends_sweep; }) {
      n.end_sweep();
      ++n.temporaries;
    }
    if constexpr (requires { N::stages; }) {  // stored, and read back once
      n.end_sweep();
      n.stages_before += N::stages;
      n.temporaries += N::stages;
      n.reads = 1;
      n.matmuls = 0;
    }
    return n;
  }
};
template <class T>
struct cost_visitor<constant<T>> {
  static consteval node_cost get() { return {}; }
};
template <class V>
struct cost_visitor<leaf<V>> {
  static consteval node_cost get() { return {.reads = 1}; }
};
template <class T>
struct cost_visitor<owned<T>> {
  static consteval node_cost get() { return {.reads = 1}; }
};
template <class R>
struct cost_visitor<ref_leaf<R>> {
  static consteval node_cost get() { return {.reads = 1}; }
};
template <class Op, class... C>
struct cost_visitor<map_node<Op, C...>> {
  static consteval node_cost get() {
    node_cost n;
    ((n += cost_visitor<C>::get()), ...);
    n.flops += cost_of<Op>().flops;
    n.transcendental += cost_of<Op>().transcendental;
    return n;
  }
};

/// Keeping a value and reading it again costs as much as so many additions: sixteen lanes take
/// 0.2 ns from the second-level cache, an addition 0.06, a division 0.5, e^x 1.5 (bench/expr).
inline constexpr int price_of_keeping = 3;

/// How a reduction along a row sees its operand; whether it sweeps it twice, as its monoid may
/// offer: where the operand costs less than what one sweep has to do beyond that, a comparison and
/// a branch for each sixteen.
template <class Monoid, auto Axis, class Child>
struct monoid_operand : not_factored<Child> {
  static constexpr bool sweeps_twice = false;
};
template <class Operand>
inline constexpr bool is_cheap = cost_visitor<Operand>::get().flops <= price_of_keeping;
template <class Monoid, auto Axis, class Child>
  requires is_cheap<typename split_operand<typename Monoid::row_rule, Axis, Child>::operand>
struct monoid_operand<Monoid, Axis, Child> : split_operand<typename Monoid::row_rule, Axis, Child> {
  static constexpr bool sweeps_twice = true;
};

/// One pass over an operand and, once a row, what comes before its factor is known.
template <class Split>
consteval node_cost operand_cost() {
  node_cost n = cost_visitor<typename Split::operand>::get();
  if constexpr (Split::found) {
    node_cost once = cost_visitor<typename Split::factor>::get();
    once.reads = once.flops = once.transcendental = 0;
    n += once;
  }
  return n;
}
/// A sweep ends with a statistic; the next one begins with what computing the operand costs.
consteval void end_with(node_cost& n, op_cost statistic) {
  n.flops += statistic.flops;
  n.transcendental += statistic.transcendental;
  n.end_sweep();
}
consteval node_cost last_sweep(const node_cost& n) {
  return {.reads = n.reads, .flops = n.flops, .transcendental = n.transcendental};
}
/// Of two statistics the first, of the operand as the sign of its factor turns it; `value` is what
/// the second is taken of.
template <class Rule, class Split>
consteval void end_two(node_cost& n, node_cost value) {
  n.flops += Split::found ? 1 : 0;
  end_with(n, Rule::first::cost);
  n += value;
  end_with(n, Rule::second::cost);
}
template <class Rule>
consteval node_cost value_cost(node_cost operand) {
  operand.flops += Rule::value_cost.flops;
  operand.transcendental += Rule::value_cost.transcendental;
  return operand;
}

template <class M, auto A, class C>
struct cost_visitor<reduce_node<M, A, C>> {
  static consteval node_cost get() {
    using split = monoid_operand<M, A, C>;
    if constexpr (split::sweeps_twice && same_axis<A, last_axis<typename C::axes_type>>) {
      node_cost n = operand_cost<split>();
      using rule = typename M::row_rule;
      end_two<rule, split>(n, value_cost<rule>(last_sweep(n)));
      return n;
    } else {
      node_cost n = cost_visitor<C>::get();
      end_with(n, cost_of<M>());
      return n;
    }
  }
};

/// What a rule does where a row lies together in memory.
template <class Rule>
inline constexpr bool has_row_rule = requires(const Rule& r) { r.in_rows(); };
template <class Rule>
[[nodiscard]] QX_INLINE constexpr auto row_rule(const Rule& r) {
  if constexpr (has_row_rule<Rule>)
    return r.in_rows();
  else
    return r;
}
template <class Rule>
using row_rule_of = decltype(row_rule(std::declval<const Rule&>()));

/// Whether a row-wise function keeps its operand from the first of two statistics.
template <class Rule, class Operand>
inline constexpr bool keeps_operand = has_row_rule<Rule> && !is_cheap<Operand>;
/// Whether it keeps what its last statistic was taken of, rather than computing it once more for
/// the result.
template <class Rule, class Operand>
inline constexpr bool keeps_values = [] {
  int flops = cost_visitor<Operand>::get().flops;
  if constexpr (has_row_rule<Rule>) flops += row_rule_of<Rule>::value_cost.flops;
  return flops > price_of_keeping;
}();

/// As in a destination whose last axis is the expression's own.
template <class R, auto A, class C>
struct cost_visitor<rowwise_node<R, A, C>> {
  static constexpr bool in_rows = same_axis<A, last_axis<typename C::axes_type>>;
  using split = std::conditional_t<in_rows, split_operand<row_rule_of<R>, A, C>, not_factored<C>>;
  using operand = typename split::operand;
  static consteval node_cost get() {
    node_cost n = operand_cost<split>();
    const node_cost again = last_sweep(n);
    if constexpr (in_rows && has_row_rule<R>) {
      using rule = row_rule_of<R>;
      const node_cost value =
          value_cost<rule>(keeps_operand<R, operand> ? node_cost{.reads = 1} : again);
      end_two<rule, split>(n, value);
      n += result(value, rule::cost);
    } else {
      end_with(n, cost_of<typename R::monoid>());
      n += result(again, cost_of<R>());
    }
    if (in_rows && keeps_values<R, operand>) ++n.temporaries;
    return n;
  }

 private:
  static consteval node_cost result(node_cost value, op_cost of_rule) {
    if (in_rows && keeps_values<R, operand>) value = {.reads = 1};
    value.flops += of_rule.flops;
    value.transcendental += of_rule.transcendental;
    return value;
  }
};
template <class C, class V>
struct cost_visitor<rope_node<C, V>> {
  static consteval node_cost get() {
    node_cost n = cost_visitor<C>::get();
    n.reads += 2;
    n.flops += 3;
    return n;
  }
};
template <class W, class C>
struct cost_visitor<matmul_node<W, C>> {
  static consteval node_cost get() { return {.matmuls = 1, .prologues = 1, .temporaries = 2}; }
};
template <class Over, class A, class B>
struct cost_visitor<contract_node<Over, A, B>> {
  static consteval node_cost get() {
    const node_cost below = cost_of_all(static_cast<const bundle<A, B>*>(nullptr));
    return {.matmuls = 1,
            .prologues = 1,
            .temporaries = 3,
            .stages_before = 1 + below.stages_before + below.matmuls};
  }
};
template <class T, class I>
struct cost_visitor<gather_node<T, I>> {
  static consteval node_cost get() { return {.reads = 1, .temporaries = 1}; }
};
template <class W>
struct cost_visitor<decoded_node<W>> {
  static consteval node_cost get() { return {.reads = 1, .temporaries = 1}; }
};
template <class Q, class K>
struct cost_visitor<attention_node<Q, K>> {
  static consteval node_cost get() { return {.reads = 3, .temporaries = 1}; }
};

}  // namespace impl

}  // namespace qx::inline QX_ARCH
