// SPDX-License-Identifier: MIT
/// \file
/// The functions of the language: what a formula is written with.
#pragma once

#include <qx/expr/contraction.hpp>
#include <qx/expr/reduce.hpp>

#include <span>
#include <utility>

namespace qx::inline QX_ARCH {

namespace impl {
template <class Op, class A>
[[nodiscard]] QX_INLINE constexpr auto real(Op o, A&& a) {
  static_assert(std::is_floating_point_v<typename node_t<A>::value_type>,
                "qx: this function takes float or double: cast<float>() its operand");
  return make_map(o, std::forward<A>(a));
}
/// A number takes the element type V of the operand that it meets.
template <class V, class T>
[[nodiscard]] QX_INLINE constexpr auto number(T value) {
  static_assert(std::is_floating_point_v<V> || !std::is_floating_point_v<T>,
                "qx: a fraction meets an integer tensor: cast<float>() the tensor");
  return constant<V>{{}, static_cast<V>(value)};
}
}  // namespace impl

/// Elementwise functions of one operand.
template <Operand A>
[[nodiscard]] QX_INLINE constexpr auto exp(A&& a) {
  return impl::real(op::exp_op{}, std::forward<A>(a));
}
template <Operand A>
[[nodiscard]] QX_INLINE constexpr auto log(A&& a) {
  return impl::real(op::log_op{}, std::forward<A>(a));
}
template <Operand A>
[[nodiscard]] QX_INLINE constexpr auto sqrt(A&& a) {
  return impl::real(op::sqrt_op{}, std::forward<A>(a));
}
template <Operand A>
[[nodiscard]] QX_INLINE constexpr auto abs(A&& a) {
  return make_map(op::abs_op{}, std::forward<A>(a));
}
template <Operand A>
[[nodiscard]] QX_INLINE constexpr auto sin(A&& a) {
  return impl::real(op::sin_op{}, std::forward<A>(a));
}
template <Operand A>
[[nodiscard]] QX_INLINE constexpr auto cos(A&& a) {
  return impl::real(op::cos_op{}, std::forward<A>(a));
}
template <Operand A>
[[nodiscard]] QX_INLINE constexpr auto tanh(A&& a) {
  return impl::real(op::tanh_op{}, std::forward<A>(a));
}
template <Operand A>
[[nodiscard]] QX_INLINE constexpr auto erf(A&& a) {
  return impl::real(op::erf_op{}, std::forward<A>(a));
}
template <Operand A>
[[nodiscard]] QX_INLINE constexpr auto silu(A&& a) {
  return impl::real(op::silu{}, std::forward<A>(a));
}
template <Operand A>
[[nodiscard]] QX_INLINE constexpr auto gelu(A&& a) {
  return impl::real(op::gelu{}, std::forward<A>(a));
}

/// Conversion to another element type. Elements are computed in float, double or int32: a cast to
/// f16 or bf16 gives floats that are rounded to it, one to int8 or int16 the nearest integer (of
/// two equally near the even one) that the type holds, NaN zero; one to int32 truncates.
template <class To, Operand A>
[[nodiscard]] QX_INLINE constexpr auto cast(A&& a) {
  static_assert(!std::is_same_v<To, bool> && computable<To>,
                "qx: cast to float, double, f16, bf16 or an integer of at most 32 bits");
  if constexpr (std::is_same_v<To, computed_t<To>>)
    return make_map(op::cast<To>{}, std::forward<A>(a));
  else
    return make_map(op::rounded<To>{}, std::forward<A>(a));
}

/// `where(x > 0, x, 0)`: the second operand where the first is true, the third elsewhere.
template <Operand M, class A, class B>
  requires(Operand<A> || Scalar<A>) && (Operand<B> || Scalar<B>) && (Operand<A> || Operand<B>)
[[nodiscard]] QX_INLINE constexpr auto where(M&& condition, A&& a, B&& b) {
  static_assert(std::is_same_v<typename node_t<M>::value_type, bool>,
                "qx: where() asks a comparison or a bool tensor");
  if constexpr (Scalar<A>) {
    return make_map(op::where{}, std::forward<M>(condition),
                    impl::number<typename node_t<B>::value_type>(a), std::forward<B>(b));
  } else if constexpr (Scalar<B>) {
    return make_map(op::where{}, std::forward<M>(condition), std::forward<A>(a),
                    impl::number<typename node_t<A>::value_type>(b));
  } else {
    static_assert(std::is_same_v<typename node_t<A>::value_type, typename node_t<B>::value_type>,
                  "qx: the operands have different element types: cast<…>() one of them");
    return make_map(op::where{}, std::forward<M>(condition), std::forward<A>(a),
                    std::forward<B>(b));
  }
}

/// A user's own elementwise operation: `map([](auto x) { return x * x; }, a)`. A generic lambda is
/// called with packs of lanes; one that takes only numbers is applied lane by lane.
template <class F, Operand... A>
[[nodiscard]] QX_INLINE constexpr auto map(F f, A&&... operands) {
  return make_map(std::move(f), std::forward<A>(operands)...);
}

namespace impl {
template <class Monoid, class Axis, class A>
[[nodiscard]] QX_INLINE constexpr auto make_reduce(Monoid m, A&& a) {
  return reduce_node<Monoid, Axis{}, node_t<A>>{{}, m, as_node(std::forward<A>(a))};
}
}  // namespace impl

/// Reductions over one axis, which the result no longer has.
template <Operand A, class Axis>
[[nodiscard]] QX_INLINE constexpr auto sum(A&& a, over_axis<Axis>) {
  return impl::make_reduce<monoid::sum, Axis>({}, std::forward<A>(a));
}
template <Operand A, class Axis>
[[nodiscard]] QX_INLINE constexpr auto mean(A&& a, over_axis<Axis>) {
  static_assert(std::is_floating_point_v<typename node_t<A>::value_type>,
                "qx: mean() takes float or double: cast<float>() its operand");
  return impl::make_reduce<monoid::mean, Axis>({}, std::forward<A>(a));
}
template <Operand A, class Axis>
[[nodiscard]] QX_INLINE constexpr auto max(A&& a, over_axis<Axis>) {
  return impl::make_reduce<monoid::max, Axis>({}, std::forward<A>(a));
}
template <Operand A, class Axis>
[[nodiscard]] QX_INLINE constexpr auto min(A&& a, over_axis<Axis>) {
  return impl::make_reduce<monoid::min, Axis>({}, std::forward<A>(a));
}
template <Operand A, class Axis>
[[nodiscard]] QX_INLINE constexpr auto logsumexp(A&& a, over_axis<Axis>) {
  static_assert(std::is_floating_point_v<typename node_t<A>::value_type>,
                "qx: logsumexp() takes float or double: cast<float>() its operand");
  return impl::make_reduce<monoid::logsumexp, Axis>({}, std::forward<A>(a));
}
/// Position (int32) of the largest element; of equal ones the first. At most 2^24 elements.
template <Operand A, class Axis>
[[nodiscard]] QX_INLINE constexpr auto argmax(A&& a, over_axis<Axis>) {
  return impl::make_reduce<monoid::argmax, Axis>({}, std::forward<A>(a));
}

/// e^x / Σ e^x along an axis, safe from overflow.
template <Operand A, class Axis>
[[nodiscard]] QX_INLINE constexpr auto softmax(A&& a, over_axis<Axis>) {
  return rowwise_node<rule::softmax, Axis{}, node_t<A>>{{}, {}, as_node(std::forward<A>(a))};
}

/// Elementwise product of two operands; the `*` of the operators, usable before they are seen.
template <class A, class B>
[[nodiscard]] QX_INLINE constexpr auto multiplied(A&& a, B&& b) {
  return make_map(op::multiply{}, std::forward<A>(a), std::forward<B>(b));
}

/// x / sqrt(mean(x²) + epsilon) · weight along the weight's axis (Zhang and Sennrich 2019).
template <Operand A, Operand W>
[[nodiscard]] QX_INLINE constexpr auto rms_norm(A&& a, W&& weight, float epsilon) {
  constexpr auto along = last_axis<typename node_t<W>::axes_type>;
  return multiplied(
      rowwise_node<rule::rms_norm, along, node_t<A>>{{}, {epsilon}, as_node(std::forward<A>(a))},
      std::forward<W>(weight));
}

/// (x - mean) / sqrt(variance + epsilon) · weight + bias along the weight's axis (Ba et al. 2016).
template <Operand A, Operand W, Operand B>
[[nodiscard]] QX_INLINE constexpr auto layer_norm(A&& a, W&& weight, B&& bias, float epsilon) {
  constexpr auto along = last_axis<typename node_t<W>::axes_type>;
  return make_map(op::add{},
                  multiplied(
                      rowwise_node<rule::layer_norm, along, node_t<A>>{
                          {}, {epsilon}, as_node(std::forward<A>(a))},
                      std::forward<W>(weight)),
                  std::forward<B>(bias));
}

/// y[columns…, rows…] = Σ w[rows…, k…] · x[columns…, k…] over the axes that both have.
template <class Axes, Operand X>
[[nodiscard]] QX_INLINE constexpr auto matmul(const basic_weight<Axes>& w, X&& x) {
  return matmul_node<basic_weight<Axes>, node_t<X>>{{}, w, as_node(std::forward<X>(x))};
}
/// A plain contiguous tensor (float, f16 or bf16) as the weight.
template <class T, class Axes, Operand X>
[[nodiscard]] QX_INLINE constexpr auto matmul(const basic_view<T, Axes>& w, X&& x) {
  using element = std::remove_const_t<T>;
  static_assert(is_weight(dtype_of<element>), "qx: matmul weights are float, f16 or bf16 tensors");
  if (!w.contiguous()) throw_shape_error("matmul: a dense weight must be contiguous");
  const basic_weight<Axes> dense{dtype_of<element>, reinterpret_cast<const std::byte*>(w.data()),
                                 nullptr, w.shape()};
  return matmul(dense, std::forward<X>(x));
}
template <class T, class Axes, Operand X>
[[nodiscard]] QX_INLINE auto matmul(const basic_tensor<T, Axes>& w, X&& x) {
  return matmul(w.view(), std::forward<X>(x));
}
template <class T, class Axes, Operand X>
void matmul(basic_tensor<T, Axes>&& w, X&& x) = delete;  // the weight would dangle

/// Rows of a table by number; ids must lie within the table, which is checked once per evaluation.
template <class Axes, Operand Ids>
[[nodiscard]] QX_INLINE constexpr auto gather(const basic_weight<Axes>& table, Ids&& ids) {
  return gather_node<basic_weight<Axes>, node_t<Ids>>{{}, table, as_node(std::forward<Ids>(ids))};
}
template <class T, class Axes, Operand Ids>
[[nodiscard]] QX_INLINE constexpr auto gather(const basic_view<T, Axes>& table, Ids&& ids) {
  if (!table.contiguous()) throw_shape_error("gather: the table must be contiguous");
  static_assert(is_weight(dtype_of<std::remove_const_t<T>>),
                "qx: gather takes float, f16 or bf16 tables");
  const basic_weight<Axes> dense{dtype_of<std::remove_const_t<T>>,
                                 reinterpret_cast<const std::byte*>(table.data()), nullptr,
                                 table.shape()};
  return gather(dense, std::forward<Ids>(ids));
}

template <class T, class Axes, Operand Ids>
[[nodiscard]] QX_INLINE auto gather(const basic_tensor<T, Axes>& table, Ids&& ids) {
  return gather(table.view(), std::forward<Ids>(ids));
}
template <class T, class Axes, Operand Ids>
void gather(basic_tensor<T, Axes>&& table, Ids&& ids) = delete;  // the table would dangle

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
