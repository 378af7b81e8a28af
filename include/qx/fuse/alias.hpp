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

/// Checks that cannot wait for the kernels: row numbers of gathers.
template <class N>
QX_INLINE void check_once(const N& n) {
  for_each_child(n, [](const auto& c) QX_INLINE_LAMBDA { check_once(c); });
}
template <class T, class V>
QX_INLINE void check_once(const gather_node<T, leaf<V>>& n) {
  static_assert(V::rank == 1, "qx: gather takes a list of row numbers");
  for (std::size_t i = 0; i < n.ids.shape()[0]; ++i) {
    const auto id = n.ids.view[i];
    if (id < 0 || static_cast<std::size_t>(id) >= n.table.shape[0])
      throw_out_of_range(T::axes_type::names[0], static_cast<std::size_t>(id), static_cast<std::size_t>(id) + 1,
                         n.table.shape[0]);
  }
}

namespace impl {

/// Whether either assignment reads or writes what the other one writes.
template <class A, class B>
[[nodiscard]] QX_INLINE bool pair_depends(const A& a, const B& b) {
  const memory_range wa = range_of(a.target);
  const memory_range wb = range_of(b.target);
  return reads(b.expression, wa) || reads(a.expression, wb) || wa.overlaps(wb);
}
template <class First>
[[nodiscard]] QX_INLINE bool depend(const First&) {
  return false;
}
template <class First, class... Rest>
[[nodiscard]] QX_INLINE bool depend(const First& first, const Rest&... rest) {
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
  if (static_cast<const void*>(target.data()) != static_cast<const void*>(n.view.data())) return false;
  if (leaf_axes::rank != TA::rank || sizeof(T) != sizeof(typename V::value_type)) return false;
  for (std::size_t i = 0; i < TA::rank; ++i) {
    const std::size_t at = leaf_axes::find(TA::names[i]);
    if (at == npos || n.view.steps()[at] != target.steps()[i]) return false;
  }
  return true;
}

template <class Target, class C, class V>
[[nodiscard]] QX_INLINE bool out_of_step(const Target&, const rope_node<C, V>& n, memory_range written);

/// Whether some leaf of the epilogue reads the target's memory out of step with the writes.
template <class Target, class N>
[[nodiscard]] QX_INLINE bool out_of_step(const Target& target, const N& n, memory_range written) {
  if (leaf_range(n).overlaps(written) && !in_step(target, n)) return true;
  bool found = false;
  if constexpr (!is_matmul<N>)
    for_each_child(n, [&](const auto& c) QX_INLINE_LAMBDA { found = found || out_of_step(target, c, written); });
  return found;
}
/// Rotated partners are read after they may have been written, unless a tile stands between.
template <class Target, class C, class V>
[[nodiscard]] QX_INLINE bool out_of_step(const Target&, const rope_node<C, V>& n, memory_range written) {
  if constexpr (is_matmul<C>) return false;
  return n.angles.pairs == rope_pairs::halves && reads(n.child, written);
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

template <class Assignment>
[[nodiscard]] QX_INLINE bool needs_temporary(const Assignment& a) {
  using expr = typename Assignment::expression_type;
  using target = typename Assignment::target_type;
  if constexpr (is_attention<expr> || !is_view<target>) {
    return false;
  } else {
    const memory_range written = range_of(a.target);
    if constexpr (matmuls_in<expr> == 0 && !reduces_within_rows<expr, target>())
      return reads(a.expression, written);
    else
      return out_of_step(a.target, a.expression, written);
  }
}

/// Whether a matmul's activations are read from memory that the stage writes.
template <class Assignment>
[[nodiscard]] QX_INLINE bool prologue_reads_target(const Assignment& a) {
  const memory_range written = range_of(a.target);
  bool found = false;
  if constexpr (matmuls_in<typename Assignment::expression_type> != 0)
    for_each_matmul(a.expression, [&](const auto& m) QX_INLINE_LAMBDA { found = found || reads(m.child, written); });
  return found;
}

}  // namespace impl

}  // namespace qx::inline QX_ARCH
