// SPDX-License-Identifier: MIT
/// \file
/// The plan of an expression: a constant that says how it will be run. It chooses the evaluator's
/// driver, and can be asserted: `static_assert(plan_of<decltype(p)>.sweeps == 2)`.
#pragma once

#include <qx/fuse/traverse.hpp>

#include <cstddef>

namespace qx::inline QX_ARCH {

/// Which driver runs an expression.
enum class work_kind {
  rows,       ///< elementwise, with reductions along rows
  tiles,      ///< around matmuls: the rest is the epilogue of their tiles
  attention,  ///< heads against a cache
};

/// Counts per element are those of one evaluation of the destination (for `tiles`: of the
/// epilogue).
struct plan {
  work_kind kind = work_kind::rows;
  int stages = 1;  ///< pieces of work between two waits of all threads
  int sweeps = 1;  ///< passes over the longest row: one for each reduction level and one to store
  int reads = 0;   ///< elements loaded from memory for each element stored, over all sweeps
  int flops = 0;   ///< arithmetic per element, over all sweeps
  int transcendental = 0;  ///< exp, log, … per element, over all sweeps
  int matmuls = 0;         ///< whose tiles the epilogue joins
  int prologues = 0;       ///< expressions evaluated once per row before the matmuls
  int temporaries = 0;     ///< intermediate results that are stored, all of them in scratch memory

  friend constexpr bool operator==(const plan&, const plan&) = default;
};

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
consteval node_cost cost_of_all(const std::tuple<C...>*) {
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
template <class M, auto A, class C>
struct cost_visitor<reduce_node<M, A, C>> {
  static consteval node_cost get() {
    node_cost n = cost_visitor<C>::get();
    n.flops += cost_of<M>().flops;
    n.transcendental += cost_of<M>().transcendental;
    n.end_sweep();
    return n;
  }
};
template <class R, auto A, class C>
struct cost_visitor<rowwise_node<R, A, C>> {
  static consteval node_cost get() {
    const node_cost child = cost_visitor<C>::get();
    node_cost n = child;
    n.flops += cost_of<typename R::monoid>().flops;
    n.transcendental += cost_of<typename R::monoid>().transcendental;
    n.end_sweep();
    n.reads = child.reads;
    n.flops = child.flops + cost_of<R>().flops;
    n.transcendental = child.transcendental + cost_of<R>().transcendental;
    return n;
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
    const node_cost below = cost_of_all(static_cast<const std::tuple<A, B>*>(nullptr));
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

/// How many attentions stand in an expression.
template <class N>
inline constexpr int attentions_in = [] {
  return []<class... C>(const std::tuple<C...>*) {
    return (attentions_in<C> + ... + 0);
  }(static_cast<const typename operands<N>::type*>(nullptr));
}();
template <class Q, class K>
inline constexpr int attentions_in<attention_node<Q, K>> = 1;

template <class E>
consteval plan make_plan() {
  const node_cost n = cost_visitor<E>::get();
  static_assert(is_attention<E> || attentions_in<E> == 0,
                "qx: attention is evaluated by itself: evaluate what follows it in another stage");
  plan p;
  p.kind =
      is_attention<E> ? work_kind::attention : (n.matmuls > 0 ? work_kind::tiles : work_kind::rows);
  p.stages = n.stages_before + 1;
  p.sweeps = n.sweeps_before + 1;
  p.reads = n.earlier_reads + n.reads;
  p.flops = n.earlier_flops + n.flops;
  p.transcendental = n.earlier_transcendental + n.transcendental;
  p.matmuls = n.matmuls;
  p.prologues = n.prologues;
  p.temporaries = n.temporaries;
  return p;
}

}  // namespace impl

/// The plan of an expression type; a tensor or view counts as its leaf.
template <class E>
inline constexpr plan plan_of = impl::make_plan<node_t<E>>();

}  // namespace qx::inline QX_ARCH
