// SPDX-License-Identifier: MIT
/// \file
/// The functions of the language: what a formula is written with.
#pragma once

#include <qx/core/block_tensor.hpp>
#include <qx/expr/contraction.hpp>
#include <qx/expr/reduce.hpp>

#include <span>
#include <utility>

namespace qx::inline QX_ARCH {

namespace impl {
template <class Op, class A>
[[nodiscard]] QX_INLINE constexpr auto real(Op o, A&& a) {
  using V = typename node_t<A>::value_type;
  static_assert(std::is_floating_point_v<V> || (Complex<V> && std::is_same_v<Op, op::exp_op>),
                "qx: this function takes float or double: cast<float>() its operand");
  return make_map(o, std::forward<A>(a));
}
/// A number takes the element type V of the operand that it meets.
template <class V, class T>
[[nodiscard]] QX_INLINE constexpr auto number(T value) {
  static_assert(Complex<V> || !Complex<T>,
                "qx: a complex number meets a real tensor: cast<std::complex<float>>() the tensor");
  static_assert(Continuous<V> || !std::is_floating_point_v<T>,
                "qx: a fraction meets an integer tensor: cast<float>() the tensor");
  return constant<V>{{}, number_as<V>(value)};
}
template <class Monoid, class Axis, class A>
[[nodiscard]] QX_INLINE constexpr auto make_reduce(Monoid m, A&& a) {
  static_assert(!requires { requires Monoid::asks_order; } || has_order<A>,
                "qx: complex numbers have no order: take abs() of them");
  return reduce_node<Monoid, Axis{}, node_t<A>>{{}, m, as_node(std::forward<A>(a))};
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
[[nodiscard]] QX_INLINE constexpr auto sigmoid(A&& a) {
  return impl::real(op::sigmoid{}, std::forward<A>(a));
}
template <Operand A>
[[nodiscard]] QX_INLINE constexpr auto silu(A&& a) {
  return impl::real(op::silu{}, std::forward<A>(a));
}
template <Operand A>
[[nodiscard]] QX_INLINE constexpr auto gelu(A&& a) {
  return impl::real(op::gelu{}, std::forward<A>(a));
}

/// Conversion to another element type. Elements are computed in float, double, int32 or complex: a
/// cast to f16 or bf16 gives floats that are rounded to it, one to int8 or int16 the nearest integer
/// (of two equally near the even one) that the type holds, NaN zero; one to int32 truncates.
template <class To, Operand A>
[[nodiscard]] QX_INLINE constexpr auto cast(A&& a) {
  static_assert(!std::is_same_v<To, bool> && computable<To>,
                "qx: cast to float, double, complex, f16, bf16 or an integer of at most 32 bits");
  static_assert(Complex<To> || impl::has_order<A>,
                "qx: a complex number becomes a real one by real(), imag() or abs()");
  if constexpr (std::is_same_v<To, computed_t<To>>)
    return make_map(op::cast<To>{}, std::forward<A>(a));
  else
    return make_map(op::rounded<To>{}, std::forward<A>(a));
}

/// `where(x > 0, x, 0)`: the second operand where the first is true, the third elsewhere.
template <Operand M, class A, class B>
  requires(Operand<A> || Scalar<A>) && (Operand<B> || Scalar<B>) && (Operand<A> || Operand<B>)
[[nodiscard]] QX_INLINE constexpr auto where(M&& condition, A&& a, B&& b) {
  static_assert(extents_agree<typename node_t<M>::axes_type, typename node_t<A>::axes_type,
                              typename node_t<B>::axes_type>);
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
  static_assert(std::is_invocable_v<const F&, typename node_t<A>::value_type...>,
                "qx: map() takes a function of as many numbers as there are operands, of their "
                "element types");
  static_assert(extents_agree<typename node_t<A>::axes_type...>);
  return make_map(std::move(f), std::forward<A>(operands)...);
}

/// Reductions over one axis, which the result no longer has.
template <Operand A, class Axis>
[[nodiscard]] QX_INLINE constexpr auto sum(A&& a, over_axis<Axis>) {
  return impl::make_reduce<monoid::sum, Axis>({}, std::forward<A>(a));
}
template <Operand A, class Axis>
[[nodiscard]] QX_INLINE constexpr auto mean(A&& a, over_axis<Axis>) {
  static_assert(Continuous<typename node_t<A>::value_type>,
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
concept WeightLike = impl::is_weight_view<std::remove_cvref_t<W>> ||
                     impl::is_blocks<std::remove_cvref_t<W>> || is_view<std::remove_cvref_t<W>> ||
                     is_tensor<std::remove_cvref_t<W>>;

/// y[columns…, rows…] = Σ w[rows…, k…] · x[columns…, k…] over the axes that both have. The weight is
/// of any type: a `weight`, or a contiguous tensor or view of float, f16 or bf16.
template <WeightLike W, Operand X>
[[nodiscard]] QX_INLINE constexpr auto matmul(const W& w, X&& x) {
  static_assert(extents_complaint<typename W::axes_type, typename node_t<X>::axes_type>::absent);
  return matmul_node<impl::weight_t<W>, node_t<X>>{
      {}, impl::as_weight(w), as_node(std::forward<X>(x))};
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
  const routed_weight<one> routed{
      w.type, w.rows, w.panels, project_extents<one>(w.shape), w.own, starts};
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

/// The elements of a weight of any type, of blocks too, as an expression of floats. Blocks run along
/// the last axis, which must be the destination's last one or the one that is reduced.
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
