// SPDX-License-Identifier: MIT
/// \file
/// What may overlap: assignments that depend on each other are not run as one stage, and an
/// expression that reads its own target in another order than it is written goes through a
/// temporary. Decided from addresses, once per evaluation.
#pragma once

#include <qx/fuse/rows.hpp>
#include <qx/fuse/tiles.hpp>

#include <cstddef>

namespace qx::inline QX_ARCH {

/// Whether `check_once` finds anything to look at. Most expressions hold nothing of the kind, and
/// the compiler need not walk through them for it.
template <class N>
inline constexpr bool needs_check = [] {
  return []<class... C>(const bundle<C...>*) {
    return (needs_check<C> || ...);
  }(static_cast<const typename impl::operands<N>::type*>(nullptr));
}();
template <class T, class I>
inline constexpr bool needs_check<gather_node<T, I>> = true;
template <class W>
inline constexpr bool needs_check<decoded_node<W>> = true;
template <class W, class C>
inline constexpr bool needs_check<matmul_node<W, C>> = true;
template <class Q, class K>
inline constexpr bool needs_check<attention_node<Q, K>> = true;
template <class R>
inline constexpr bool needs_check<ref_leaf<R>> = true;

/// Checks that cannot wait for the kernels: row numbers of gathers, types and blocks of weights.
template <class N>
QX_INLINE void check_once(const N& n) {
  if constexpr (needs_check<N>)
    for_each_child(n, [](const auto& c) QX_INLINE_LAMBDA { check_once(c); });
}
template <class Weight>
QX_INLINE void check_weight(const Weight& w, std::size_t row_elements) {
  if (w.own == nullptr && !is_weight(w.type))
    throw_shape_error("a weight or table has a type that no kernel serves");
  const std::size_t block = block_shape_of(w).elements;
  if (row_elements % block != 0)
    throw_partial_block(last_axis<typename Weight::axes_type>.name, row_elements, block);
}
template <class Ids, class Table>
QX_INLINE void check_rows(const Ids& ids, const Table& table) {
  for (std::size_t i = 0; i < ids.shape()[0]; ++i) {
    const std::int64_t id = ids[i];
    if (id < 0 || static_cast<std::uint64_t>(id) >= table.shape[0])
      throw_no_row(Table::axes_type::names[0], id, table.shape[0]);
  }
}
template <class T, class I>
QX_INLINE void check_once(const gather_node<T, I>& n) {
  static_assert(I::axes_type::rank == 1, "qx: gather takes a list of row numbers");
  static_assert(
      requires { n.ids.view; } || requires { n.ids.tensor; },
      "qx: gather takes its row numbers from a tensor or view: evaluate them first");
  check_weight(n.table, n.table.shape[1]);
  if constexpr (requires { n.ids.view; })
    check_rows(n.ids.view, n.table);
  else
    check_rows(n.ids.tensor, n.table);
}
template <class W>
QX_INLINE void check_once(const decoded_node<W>& n) {
  check_weight(n.weight, n.weight.shape[W::axes_type::rank - 1]);
}
template <class W, class C>
QX_INLINE void check_once(const matmul_node<W, C>& n) {
  check_weight(
      n.weight,
      project_extents<typename matmul_node<W, C>::contracted_axes>(n.weight.shape).count());
  check_once(n.child);
}
QX_INLINE void check_float_type(dtype t) {
  if (t != dtype::f32 && t != dtype::f16 && t != dtype::bf16)
    throw_shape_error("a tensor_ref holds f32, f16 or bf16 elements");
}
template <class R>
QX_INLINE void check_once(const ref_leaf<R>& n) {
  check_float_type(n.ref.type());
}
template <class Target>
QX_INLINE void check_target(const Target& t) {
  if constexpr (requires { t.target; })
    check_target(t.target);
  else if constexpr (requires { t.type(); })
    check_float_type(t.type());
}

namespace impl {

/// Whether either assignment reads or writes what the other one writes.
template <class A, class B>
[[nodiscard]] bool pair_depends(const A& a, const B& b) {
  const memory_range wa = range_of(a.target);
  const memory_range wb = range_of(b.target);
  return reads(b.expression, wa) || reads(a.expression, wb) || wa.overlaps(wb);
}
template <class First>
[[nodiscard]] QX_INLINE bool depend(const First&) {
  return false;
}
template <class First, class... Rest>
[[nodiscard]] bool depend(const First& first, const Rest&... rest) {
  return (pair_depends(first, rest) || ...) || depend(rest...);
}

/// A leaf that is read at exactly the element that is being written is safe.
template <class Target, class N>
[[nodiscard]] QX_INLINE bool in_step(const Target&, const N&) {
  return false;
}
template <class T, class TA, class V>
[[nodiscard]] QX_INLINE bool in_step(const basic_view<T, TA>& target, const leaf<V>& n) {
  using leaf_axes = typename V::axes_type;
  if (static_cast<const void*>(target.data()) != static_cast<const void*>(n.view.data()))
    return false;
  if (leaf_axes::rank != TA::rank || sizeof(T) != sizeof(typename V::value_type)) return false;
  for (std::size_t i = 0; i < TA::rank; ++i) {
    const std::size_t at = positions<leaf_axes, TA>[i];
    if (at == npos || n.view.steps()[at] != target.steps()[i]) return false;
  }
  return true;
}

template <class B, class TA, class R>
[[nodiscard]] QX_INLINE bool in_step(const basic_ref<B, TA>& target, const ref_leaf<R>& n) {
  if constexpr (std::is_same_v<TA, typename R::axes_type>)
    return target.data() == n.ref.data() && target.type() == n.ref.type() &&
           same_steps(target.steps(), n.ref.steps());
  return false;
}

template <class Target, class C, class V>
[[nodiscard]] QX_INLINE bool out_of_step(const Target& target, const rope_node<C, V>& n,
                                         memory_range written);

/// Whether an element of the node depends on its operands at its own place alone, or on rows of
/// them that `reduced_axes` knows of. A node that does not say so is taken to read anywhere.
template <class N>
inline constexpr bool keeps_places = requires { N::keeps_places; };
template <class Op, class... C>
inline constexpr bool keeps_places<map_node<Op, C...>> = true;
template <class M, auto A, class C>
inline constexpr bool keeps_places<reduce_node<M, A, C>> = true;
template <class R, auto A, class C>
inline constexpr bool keeps_places<rowwise_node<R, A, C>> = true;

/// Whether some leaf of the epilogue reads the target's memory out of step with the writes.
template <class Target, class N>
[[nodiscard]] QX_INLINE bool out_of_step(const Target& target, const N& n, memory_range written) {
  if constexpr (!keeps_places<N> && !is_matmul<N> &&
                std::tuple_size_v<typename operands<N>::type> != 0)
    if (reads(n, written)) return true;
  if (leaf_range(n).overlaps(written) && !in_step(target, n)) return true;
  bool found = false;
  if constexpr (!is_matmul<N>)
    for_each_child(n, [&](const auto& c)
                          QX_INLINE_LAMBDA { found = found || out_of_step(target, c, written); });
  return found;
}
/// Partners a fixed distance apart are read after they may have been written, unless a tile stands
/// between.
template <class Target, class C, class V>
[[nodiscard]] QX_INLINE bool out_of_step(const Target& target, const rope_node<C, V>& n,
                                         memory_range written) {
  if (!is_matmul<C> && n.angles.pairs == rope_pairs::halves && reads(n.child, written)) return true;
  return range_of(n.angles.cosine).overlaps(written) || range_of(n.angles.sine).overlaps(written) ||
         out_of_step(target, n.child, written);
}

/// Like `reads`, without the activations of matmuls, which are converted before anything is stored.
template <class N>
[[nodiscard]] QX_INLINE bool reads_in_epilogue(const N& n, memory_range written) {
  bool found = leaf_range(n).overlaps(written);
  if constexpr (!is_matmul<N>)
    for_each_child(n, [&](const auto& c)
                          QX_INLINE_LAMBDA { found = found || reads_in_epilogue(c, written); });
  return found;
}

/// Reductions along anything but the inner axis look at rows that other rows have written.
template <class Expr, class Target>
consteval bool reduces_within_rows() {
  using axes_list = typename Target::axes_type;
  using reduced = typename reduced_axes<Expr>::type;
  if constexpr (axes_list::rank == 0)
    return reduced::rank == 0;
  else
    return axes_without<reduced, axes<last_axis<axes_list>>>::rank == 0;
}

/// Whether the target is read in another order than it is written. A scattered target has no order.
template <class Assignment>
[[nodiscard]] QX_INLINE bool needs_temporary(const Assignment& a) {
  using expr = typename Assignment::expression_type;
  using target = typename Assignment::target_type;
  const memory_range written = range_of(a.target);
  if constexpr (is_attention<expr>)
    return reads(a.expression, written);
  else if constexpr (!is_view<target> && !is_ref<target>)
    return reads_in_epilogue(a.expression, written);
  else if constexpr (matmuls_in<expr> == 0 && !reduces_within_rows<expr, target>())
    return reads(a.expression, written);
  else
    return out_of_step(a.target, a.expression, written);
}

/// Whether a matmul's activations are read from memory that the stage writes.
template <class Assignment>
[[nodiscard]] bool prologue_reads_target(const Assignment& a) {
  const memory_range written = range_of(a.target);
  bool found = false;
  if constexpr (matmuls_in<typename Assignment::expression_type> != 0)
    for_each_matmul(a.expression, [&](const auto& m) QX_INLINE_LAMBDA {
      found = found || reads(m.child, written);
    });
  return found;
}

}  // namespace impl

}  // namespace qx::inline QX_ARCH
