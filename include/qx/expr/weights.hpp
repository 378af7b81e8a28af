// SPDX-License-Identifier: MIT
/// \file
/// Functions of weights, in whatever type they lie, and what a transformer adds to them.
#pragma once

#include <qx/core/block_tensor.hpp>
#include <qx/expr/contraction.hpp>

#include <cstdint>
#include <span>
#include <utility>

namespace qx::inline QX_ARCH {

namespace impl {
template <class T>
inline constexpr bool is_weight_view = false;
template <class Axes>
inline constexpr bool is_weight_view<basic_weight<Axes>> = true;

/// What matmul and gather read: a `weight` of run-time type, or a plain tensor seen as one.
template <class Axes>
[[nodiscard]] QX_INLINE constexpr const basic_weight<Axes>& as_weight(const basic_weight<Axes>& w) {
  return w;
}
template <class T, class Axes>
[[nodiscard]] QX_INLINE constexpr basic_weight<Axes> as_weight(const basic_view<T, Axes>& v) {
  using element = std::remove_const_t<T>;
  static_assert(std::is_same_v<element, float> || std::is_same_v<element, f16> ||
                    std::is_same_v<element, bf16>,
                "qx: plain weights and tables are float, f16 or bf16 tensors");
  if (!v.contiguous()) throw_shape_error("matmul or gather: a plain weight must be contiguous");
  return {dtype_of<element>, reinterpret_cast<const std::byte*>(v.data()), nullptr, v.shape()};
}
template <class T, class Axes>
[[nodiscard]] QX_INLINE basic_weight<Axes> as_weight(const basic_tensor<T, Axes>& t) {
  return as_weight(t.view());
}
template <class Axes>
[[nodiscard]] QX_INLINE basic_weight<Axes> as_weight(const basic_blocks<Axes>& b) {
  return b.weight();
}
template <class T>
inline constexpr bool is_blocks = false;
template <class Axes>
inline constexpr bool is_blocks<basic_blocks<Axes>> = true;
template <class W>
using weight_t = std::remove_cvref_t<decltype(as_weight(std::declval<const W&>()))>;
}  // namespace impl

/// Something that may stand as the matrix of a matmul or the table of a gather.
template <class W>
concept WeightLike =
    impl::is_weight_view<std::remove_cvref_t<W>> || impl::is_blocks<std::remove_cvref_t<W>> ||
    is_view<std::remove_cvref_t<W>> || is_tensor<std::remove_cvref_t<W>>;

/// y[columns…, rows…] = Σ w[rows…, k…] · x[columns…, k…] over the axes that both have. The weight
/// is of any type: a `weight`, or a contiguous tensor or view of float, f16 or bf16.
template <WeightLike W, Operand X>
[[nodiscard]] QX_INLINE constexpr auto matmul(const W& w, X&& x) {
  static_assert(extents_complaint<typename W::axes_type, typename node_t<X>::axes_type>::absent);
  return matmul_node<impl::weight_t<W>, node_t<X>>{
      {}, impl::as_weight(w), as_node(std::forward<X>(x))};
}
template <Node W, Operand X>
  requires(!WeightLike<W>)
auto matmul(const W& w, X&&) {
  static_assert(
      WeightLike<W>,
      "qx: matmul() multiplies a weight or tensor, not an expression: evaluate it before, "
      "or contract(a, b, over(axis)) any two");
  return w;
}
template <class T, class Axes, Operand X>
void matmul(basic_tensor<T, Axes>&& w, X&& x) = delete;  // the weight would dangle
template <class Axes, Operand X>
void matmul(basic_blocks<Axes>&& w, X&& x) = delete;

/// A mixture of experts: of a stack of matrices, matrix i is multiplied with columns starts[i] …
/// starts[i + 1] of x, so that each is read once, however many columns it has. The columns stand in
/// the order of their matrices: `pick` puts them there.
template <class Axes, Operand X>
[[nodiscard]] QX_INLINE constexpr auto matmul(const basic_stack<Axes>& w, X&& x,
                                              std::span<const std::int32_t> starts) {
  using one = axes_without<Axes, axes<axis_of<Axes, 0>>>;
  if (starts.size() != w.shape[0] + 1)
    throw_extent_mismatch(Axes::names[0], w.shape[0], starts.size() - 1);
  const routed_weight<one> routed{w.type, w.rows, w.panels, project_extents<one>(w.shape),
                                  w.own,  starts};
  return matmul_node<routed_weight<one>, node_t<X>>{{}, routed, as_node(std::forward<X>(x))};
}

/// Rows of a table by number; ids must lie within the table, which is checked once per evaluation.
template <WeightLike W, Operand Ids>
[[nodiscard]] QX_INLINE constexpr auto gather(const W& table, Ids&& ids) {
  return gather_node<impl::weight_t<W>, node_t<Ids>>{
      {}, impl::as_weight(table), as_node(std::forward<Ids>(ids))};
}
template <class T, class Axes, Operand Ids>
void gather(basic_tensor<T, Axes>&& table, Ids&& ids) = delete;  // the table would dangle
template <class Axes, Operand Ids>
void gather(basic_blocks<Axes>&& table, Ids&& ids) = delete;

/// The elements of a weight of any type, of blocks too, as an expression of floats. Blocks run
/// along the last axis, which must be the destination's last one or the one that is reduced.
template <WeightLike W>
[[nodiscard]] QX_INLINE constexpr auto decoded(const W& w) {
  return decoded_node<impl::weight_t<W>>{{}, impl::as_weight(w)};
}
template <class Axes>
void decoded(basic_blocks<Axes>&& w) = delete;  // it would dangle

/// Rotary position embedding of the last axis.
template <Operand A, class View>
[[nodiscard]] QX_INLINE constexpr auto rope(A&& a, const rotation<View>& angles) {
  return rope_node<node_t<A>, View>{{}, as_node(std::forward<A>(a)), angles};
}

/// softmax(scale · q·kᵀ) v over the cached slots of each token's span.
template <Operand Q, class Cache>
[[nodiscard]] QX_INLINE constexpr auto attention(Q&& query, const Cache& keys, const Cache& values,
                                                 std::span<const attention_span> spans,
                                                 float scale) {
  return attention_node<node_t<Q>, Cache>{
      {}, as_node(std::forward<Q>(query)), keys, values, spans, scale};
}

}  // namespace qx::inline QX_ARCH
