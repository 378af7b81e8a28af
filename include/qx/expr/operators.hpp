// SPDX-License-Identifier: MIT
/// \file
/// The operators of the language, and `<<=`, which pairs a destination with an expression.
#pragma once

#include <qx/expr/functions.hpp>
#include <qx/expr/weights.hpp>

#include <span>

namespace qx::inline QX_ARCH {

namespace impl {
/// Operations that ask which of two elements is the larger one.
template <class Op>
concept Ordering = std::is_same_v<Op, op::less> || std::is_same_v<Op, op::less_equal> ||
                   std::is_same_v<Op, op::greater> || std::is_same_v<Op, op::greater_equal> ||
                   std::is_same_v<Op, op::maximum> || std::is_same_v<Op, op::minimum>;

template <class Op, class A, class B>
[[nodiscard]] QX_INLINE constexpr auto binary(Op o, A&& a, B&& b) {
  static_assert(
      extents_complaint<typename node_t<A>::axes_type, typename node_t<B>::axes_type>::absent);
  static_assert(!Ordering<Op> || (has_order<A> && has_order<B>),
                "qx: complex numbers have no order: take abs() of them");
  if constexpr (Scalar<A>) {
    using V = typename node_t<B>::value_type;
    return make_map(o, number<V>(a), std::forward<B>(b));
  } else if constexpr (Scalar<B>) {
    using V = typename node_t<A>::value_type;
    return make_map(o, std::forward<A>(a), number<V>(b));
  } else {
    static_assert(std::is_same_v<typename node_t<A>::value_type, typename node_t<B>::value_type>,
                  "qx: the operands have different element types: cast<…>() one of them");
    return make_map(o, std::forward<A>(a), std::forward<B>(b));
  }
}
template <class A, class B>
concept Operands = (Operand<A> && (Operand<B> || Scalar<B>)) || (Scalar<A> && Operand<B>);
}  // namespace impl

// Written out, since a macro would stand between the compiler's first lines and a user's own.
/// Arithmetic, comparisons and logic, element by element, of tensors or of a tensor and a number.
template <class A, class B>
  requires impl::Operands<A, B>
[[nodiscard]] QX_INLINE constexpr auto operator+(A&& a, B&& b) {
  return impl::binary(op::add{}, std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B>
  requires impl::Operands<A, B>
[[nodiscard]] QX_INLINE constexpr auto operator-(A&& a, B&& b) {
  return impl::binary(op::subtract{}, std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B>
  requires impl::Operands<A, B>
[[nodiscard]] QX_INLINE constexpr auto operator*(A&& a, B&& b) {
  return impl::binary(op::multiply{}, std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B>
  requires impl::Operands<A, B>
[[nodiscard]] QX_INLINE constexpr auto operator/(A&& a, B&& b) {
  return impl::binary(op::divide{}, std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B>
  requires impl::Operands<A, B>
[[nodiscard]] QX_INLINE constexpr auto operator<(A&& a, B&& b) {
  return impl::binary(op::less{}, std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B>
  requires impl::Operands<A, B>
[[nodiscard]] QX_INLINE constexpr auto operator<=(A&& a, B&& b) {
  return impl::binary(op::less_equal{}, std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B>
  requires impl::Operands<A, B>
[[nodiscard]] QX_INLINE constexpr auto operator>(A&& a, B&& b) {
  return impl::binary(op::greater{}, std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B>
  requires impl::Operands<A, B>
[[nodiscard]] QX_INLINE constexpr auto operator>=(A&& a, B&& b) {
  return impl::binary(op::greater_equal{}, std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B>
  requires impl::Operands<A, B>
[[nodiscard]] QX_INLINE constexpr auto operator==(A&& a, B&& b) {
  return impl::binary(op::equal{}, std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B>
  requires impl::Operands<A, B>
[[nodiscard]] QX_INLINE constexpr auto operator!=(A&& a, B&& b) {
  return impl::binary(op::not_equal{}, std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B>
  requires impl::Operands<A, B>
[[nodiscard]] QX_INLINE constexpr auto operator&&(A&& a, B&& b) {
  return impl::binary(op::logical_and{}, std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B>
  requires impl::Operands<A, B>
[[nodiscard]] QX_INLINE constexpr auto operator||(A&& a, B&& b) {
  return impl::binary(op::logical_or{}, std::forward<A>(a), std::forward<B>(b));
}

template <Operand A>
[[nodiscard]] QX_INLINE constexpr auto operator-(A&& a) {
  return make_map(op::negate{}, std::forward<A>(a));
}
template <Operand A>
  requires std::is_same_v<typename node_t<A>::value_type, bool>
[[nodiscard]] QX_INLINE constexpr auto operator!(A&& a) {
  return make_map(op::logical_not{}, std::forward<A>(a));
}
/// Elementwise larger and smaller of two operands.
template <class A, class B>
  requires impl::Operands<A, B>
[[nodiscard]] QX_INLINE constexpr auto max(A&& a, B&& b) {
  return impl::binary(op::maximum{}, std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B>
  requires impl::Operands<A, B>
[[nodiscard]] QX_INLINE constexpr auto min(A&& a, B&& b) {
  return impl::binary(op::minimum{}, std::forward<A>(a), std::forward<B>(b));
}

/// What becomes of the rows that are scattered.
enum class scatter_as : bool { stored, added };

/// Rows of a tensor or cache picked by number: row i of the expression goes to row `rows[i]`.
/// `Along` is the expression's axis that takes the place of the destination's first one.
template <class Target, auto Along, scatter_as How = scatter_as::stored>
struct scatter {
  using axes_type =
      axes_concat<axes<Along>, axes_without<typename Target::axes_type,
                                            axes<axis_of<typename Target::axes_type, 0>>>>;
  static_assert(axes_type::rank == Target::axes_type::rank && axes_type::unique_names,
                "qx: the scattered axis must not be another axis of the destination");
  Target target;
  std::span<const std::int32_t> rows;
};
/// A row that is named twice is written by two threads at once: name each row once.
template <auto Along, class Target>
[[nodiscard]] QX_INLINE constexpr scatter<Target, Along>
scatter_rows(const Target& target, std::span<const std::int32_t> rows) {
  return {target, rows};
}
/// The rows of a matmul's result are added to those of the destination, which may be named more
/// than once: `add_rows<pair>(x, tokens) <<= share * matmul(…)`. They are added in the order of i,
/// whatever the number of threads. `scatter_add` does this with any expression.
template <auto Along, class Axes>
[[nodiscard]] QX_INLINE constexpr scatter<basic_view<float, Axes>, Along, scatter_as::added>
add_rows(const basic_view<float, Axes>& target, std::span<const std::int32_t> rows) {
  return {target, rows};
}

/// A destination and what is to be stored there: `y <<= a * x + b`. Nothing runs before `eval`.
template <class Target, class Expr>
struct assignment {
  using target_type = Target;
  using expression_type = Expr;
  Target target;
  Expr expression;
};

/// Pairs a destination (a view, a tensor, a reference to elements of a run-time type) with what is
/// to be stored there; `eval` stores it.
template <class T, class Axes, class E>
  requires(Operand<E> && !std::is_const_v<T>)
[[nodiscard]] QX_INLINE constexpr auto operator<<=(const basic_view<T, Axes>& target, E&& e) {
  return assignment<basic_view<T, Axes>, node_t<E>>{target, as_node(std::forward<E>(e))};
}
template <class T, class Axes, Operand E>
[[nodiscard]] QX_INLINE auto operator<<=(basic_tensor<T, Axes>& target, E&& e) {
  return target.view() <<= std::forward<E>(e);
}
/// Floats to blocks: the rows are encoded.
template <class Axes, Operand E>
[[nodiscard]] QX_INLINE auto operator<<=(basic_blocks<Axes>& target, E&& e) {
  return assignment<block_target<Axes>, node_t<E>>{{&target}, as_node(std::forward<E>(e))};
}
template <class Axes, Operand E>
[[nodiscard]] QX_INLINE constexpr auto operator<<=(const basic_ref<std::byte, Axes>& target,
                                                   E&& e) {
  return assignment<basic_ref<std::byte, Axes>, node_t<E>>{target, as_node(std::forward<E>(e))};
}
template <class Target, auto Along, scatter_as How, Operand E>
[[nodiscard]] QX_INLINE constexpr auto operator<<=(const scatter<Target, Along, How>& target,
                                                   E&& e) {
  return assignment<scatter<Target, Along, How>, node_t<E>>{target, as_node(std::forward<E>(e))};
}

}  // namespace qx::inline QX_ARCH
