// SPDX-License-Identifier: MIT
/// \file
/// The plan of an expression: a constant that says how it will be run. It chooses the evaluator's
/// driver, and can be asserted: `static_assert(plan_of<decltype(p)>.sweeps == 3)`.
#pragma once

#include <qx/core/bundle.hpp>
#include <qx/fuse/keep.hpp>

#include <algorithm>
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
  /// Parts that are computed once and read again. Those that lack an axis do not count for each
  /// element; those that stand more than once do, and cost as much less as they read the same
  /// memory.
  int kept = 0;

  friend constexpr bool operator==(const plan&, const plan&) = default;
};

namespace impl {

/// How many attentions stand in an expression.
template <class N>
inline constexpr int attentions_in = [] {
  return []<class... C>(const bundle<C...>*) {
    return (attentions_in<C> + ... + 0);
  }(static_cast<const typename operands<N>::type*>(nullptr));
}();
template <class Q, class K>
inline constexpr int attentions_in<attention_node<Q, K>> = 1;

template <class E>
consteval plan make_plan() {
  using kept = typename with_kept<E, typename E::axes_type, bundle<E>>::type;
  const node_cost n = cost_visitor<kept>::get();
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
  p.kept = kept_in<kept>();
  return p;
}

}  // namespace impl

namespace impl {
/// What an element costs in reads and stores; eight additions take about as long as one of them.
template <class E>
inline constexpr std::size_t price_of_element = [] {
  constexpr plan p = make_plan<E>();
  return static_cast<std::size_t>(p.reads + 1 + p.flops / 8);
}();
/// Whether all operands are as large as the result, or smaller.
template <class N>
inline constexpr bool is_elementwise = false;
template <class V>
inline constexpr bool is_elementwise<leaf<V>> = true;
template <class T>
inline constexpr bool is_elementwise<owned<T>> = true;
template <class T>
inline constexpr bool is_elementwise<constant<T>> = true;
template <class Op, class... C>
inline constexpr bool is_elementwise<map_node<Op, C...>> = (is_elementwise<C> && ...);

/// The elements of the largest operand on the way to `count` of the result: what is reduced is
/// read, however little remains.
template <class N>
[[nodiscard]] QX_INLINE std::size_t widest(const N& n, std::size_t count) {
  if constexpr (std::tuple_size_v<typename operands<N>::type> == 0)
    count = std::max<std::size_t>(count, n.shape().count());
  else
    for_each_child(n, [&](const auto& c) QX_INLINE_LAMBDA { count = widest(c, count); });
  return count;
}
}  // namespace impl

/// The plan of an expression type; a tensor or view counts as its leaf.
template <class E>
inline constexpr plan plan_of = impl::make_plan<node_t<E>>();

}  // namespace qx::inline QX_ARCH
