// SPDX-License-Identifier: MIT
/// \file
/// The functions of the language: what a formula is written with.
#pragma once

#include <qx/expr/reduce.hpp>

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
template <class T>
inline constexpr bool is_axis = false;
template <auto... Of>
inline constexpr bool is_axis<axis<Of...>> = true;
template <class T>
concept Axis = is_axis<T>;
template <class>
inline constexpr bool never = false;
template <class Monoid, class Axis, class A>
[[nodiscard]] QX_INLINE constexpr auto make_reduce(Monoid m, A&& a) {
  static_assert(
      !requires { requires Monoid::asks_order; } || has_order<A>,
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
/// cast to f16 or bf16 gives floats that are rounded to it, one to int8 or int16 the nearest
/// integer (of two equally near the even one) that the type holds, NaN zero; one to int32
/// truncates.
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
  static_assert(
      (std::is_same_v<typename node_t<A>::value_type, double> || ...) ||
          !std::is_same_v<std::invoke_result_t<const F&, typename node_t<A>::value_type...>,
                          double>,
      "qx: map() of floats gives double: write 0.5f for 0.5, and `using std::exp;` before "
      "exp(x)");
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

/// Without an axis, or with one that does not stand in `over()`, they do not compile.
template <Operand A, impl::Axis... Bare>
auto sum(A&& a, Bare...) {
  static_assert(impl::never<A>, "qx: sum() asks for its axis in over(): sum(x, over(axis))");
  return as_node(a);
}
template <Operand A, impl::Axis... Bare>
auto mean(A&& a, Bare...) {
  static_assert(impl::never<A>, "qx: mean() asks for its axis in over(): mean(x, over(axis))");
  return as_node(a);
}
template <Operand A, impl::Axis... Bare>
auto max(A&& a, Bare...) {
  static_assert(impl::never<A>, "qx: max() asks for its axis in over(): max(x, over(axis))");
  return as_node(a);
}
template <Operand A, impl::Axis... Bare>
auto min(A&& a, Bare...) {
  static_assert(impl::never<A>, "qx: min() asks for its axis in over(): min(x, over(axis))");
  return as_node(a);
}
template <Operand A, impl::Axis... Bare>
auto logsumexp(A&& a, Bare...) {
  static_assert(impl::never<A>,
                "qx: logsumexp() asks for its axis in over(): logsumexp(x, over(axis))");
  return as_node(a);
}
template <Operand A, impl::Axis... Bare>
auto argmax(A&& a, Bare...) {
  static_assert(impl::never<A>, "qx: argmax() asks for its axis in over(): argmax(x, over(axis))");
  return as_node(a);
}
template <Operand A, impl::Axis... Bare>
auto softmax(A&& a, Bare...) {
  static_assert(impl::never<A>,
                "qx: softmax() asks for its axis in over(): softmax(x, over(axis))");
  return as_node(a);
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

}  // namespace qx::inline QX_ARCH
