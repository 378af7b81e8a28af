// SPDX-License-Identifier: MIT
/// \file
/// Contraction of dense tensors by name, of float, double or complex numbers, and expressions that
/// are evaluated into memory of their own before the rest is: `stored(e)`, and split or merged axes
/// of what is not yet in memory.
#pragma once

#include <qx/core/bundle.hpp>
#include <qx/core/reshape.hpp>
#include <qx/expr/functions.hpp>
#include <qx/expr/operators.hpp>

#include <cstddef>
#include <utility>

namespace qx::inline QX_ARCH {

/// Evaluated once, before the stage that reads it, into the arena of the evaluation.
template <class Child>
struct stored_node : node_tag {
  using axes_type = typename Child::axes_type;
  using value_type = typename Child::value_type;
  static constexpr std::string_view name = "stored";
  static constexpr int stages = 1;
  Child child;
  [[nodiscard]] QX_INLINE constexpr auto shape() const { return child.shape(); }
};

/// The elements of a stored expression under other axes; `Change` is one of core/reshape.hpp.
template <class Change, class Child>
struct reshaped_node : node_tag {
  using axes_type = typename Change::template axes_type<typename Child::axes_type>;
  using value_type = typename Child::value_type;
  static constexpr std::string_view name = "reshaped";
  static constexpr int stages = 1;
  [[no_unique_address]] Change change;
  Child child;
  [[nodiscard]] QX_INLINE constexpr auto shape() const { return change.shape(child.shape()); }
};

/// Σ over the axes Over of a · b, for float operands that share no other axis: a matmul whose right
/// operand is packed into panels first and whose left operand is its prologue.
template <class Over, class A, class B>
struct contract_node : node_tag {
  using column_axes = axes_without<typename A::axes_type, Over>;
  using row_axes = axes_without<typename B::axes_type, Over>;
  using axes_type = axes_concat<column_axes, row_axes>;
  using value_type = float;
  static constexpr std::string_view name = "contract";
  static constexpr int stages = 1;
  static_assert(extents_agree<typename A::axes_type, typename B::axes_type>);
  bundle<A, B> children;
  [[nodiscard]] QX_INLINE constexpr auto shape() const {
    const auto a = get<0>(children).shape();
    const auto b = get<1>(children).shape();
    return project_extents<axes_type>(impl::join_shapes(a, b));
  }
};

/// The same for elements that weights are never made of, double and complex numbers: a stage of its
/// own, whose result is stored.
template <class Over, class A, class B>
struct product_node : node_tag {
  using column_axes = axes_without<typename A::axes_type, Over>;
  using row_axes = axes_without<typename B::axes_type, Over>;
  using axes_type = axes_concat<column_axes, row_axes>;
  using value_type = typename A::value_type;
  static constexpr std::string_view name = "contract";
  static constexpr int stages = 1;
  static_assert(extents_agree<typename A::axes_type, typename B::axes_type>);
  bundle<A, B> children;
  [[nodiscard]] QX_INLINE constexpr auto shape() const {
    const auto a = get<0>(children).shape();
    const auto b = get<1>(children).shape();
    return project_extents<axes_type>(impl::join_shapes(a, b));
  }
};

namespace impl {
/// The number of elements along all of some axes; `dynamic` where it is not known at compile time.
template <class List>
inline constexpr std::size_t static_count = [] {
  std::size_t n = 1;
  for (const std::size_t extent : List::static_extents)
    n = n == dynamic || extent == dynamic ? dynamic : n * extent;
  return n;
}();
}  // namespace impl

/// The same where all extents are static and small: computed in registers, without packing.
template <class Over, class A, class B>
struct small_contract_node : node_tag {
  using column_axes = axes_without<typename A::axes_type, Over>;
  using row_axes = axes_without<typename B::axes_type, Over>;
  using over_axes = axes_without<typename A::axes_type, column_axes>;
  using axes_type = axes_concat<column_axes, row_axes>;
  using value_type = float;
  static constexpr std::string_view name = "contract";
  static_assert(extents_agree<typename A::axes_type, typename B::axes_type>);
  static constexpr std::size_t columns = impl::static_count<column_axes>;
  static constexpr std::size_t rows = impl::static_count<row_axes>;
  static constexpr std::size_t depth = impl::static_count<over_axes>;
  static constexpr op_cost cost{2 * static_cast<int>(depth), 0};
  bundle<A, B> children;
  [[nodiscard]] QX_INLINE constexpr auto shape() const { return extents<axes_type>(); }
  template <class X, class Y>
  [[nodiscard]] QX_INLINE constexpr auto with(X a, Y b) const {
    return small_contract_node<Over, X, Y>{{}, {std::move(a), std::move(b)}};
  }
};

namespace impl {

/// Up to so many elements along each side a product stays in registers and the nearest cache.
inline constexpr std::size_t small_side = 32;
template <class List>
inline constexpr bool is_small =
    static_count<List> != dynamic && static_count<List> != 0 && static_count<List> <= small_side;
template <class Over, class A, class B>
inline constexpr bool is_small_matmul =
    is_small<axes_without<typename A::axes_type, Over>> &&
    is_small<axes_without<typename B::axes_type, Over>> &&
    is_small<axes_without<typename A::axes_type, axes_without<typename A::axes_type, Over>>> &&
    is_small<axes_without<typename B::axes_type, axes_without<typename B::axes_type, Over>>>;

template <class Over, class E>
struct sum_over;
template <class E>
struct sum_over<axes<>, E> {
  [[nodiscard]] QX_INLINE static constexpr E of(E e) { return e; }
};
template <auto First, auto... Rest, class E>
struct sum_over<axes<First, Rest...>, E> {
  [[nodiscard]] QX_INLINE static constexpr auto of(E e) {
    auto one = sum(std::move(e), over_axis<std::remove_const_t<decltype(First)>>{});
    return sum_over<axes<Rest...>, decltype(one)>::of(std::move(one));
  }
};

/// Whether the kernels serve: both operands with an axis of their own, and none that stays.
template <class Over, class A, class B>
inline constexpr bool is_dense_matmul =
    std::is_same_v<typename A::value_type, typename B::value_type> &&
    Continuous<typename A::value_type> &&
    axes_without<typename A::axes_type, typename B::axes_type>::rank +
            axes_without<Over, typename A::axes_type>::rank ==
        axes_without<typename A::axes_type, Over>::rank &&
    axes_without<typename B::axes_type, Over>::rank > 0 &&
    axes_without<typename A::axes_type, Over>::rank > 0;

template <class Over, class A, class B>
[[nodiscard]] QX_INLINE constexpr auto contract_nodes(A a, B b) {
  static_assert(includes_axes<typename A::axes_type, Over> &&
                    includes_axes<typename B::axes_type, Over>,
                "qx: contract over an axis that one of the operands does not have");
  static_assert(std::is_same_v<typename A::value_type, typename B::value_type>,
                "qx: the operands have different element types: cast<…>() one of them");
  if constexpr (Over::rank == 0) {
    return make_map(op::multiply{}, std::move(a), std::move(b));
  } else if constexpr (is_dense_matmul<Over, A, B> && is_small_matmul<Over, A, B> &&
                       std::is_same_v<typename A::value_type, float>) {
    return small_contract_node<Over, A, B>{{}, {std::move(a), std::move(b)}};
  } else if constexpr (is_dense_matmul<Over, A, B> &&
                       std::is_same_v<typename A::value_type, float>) {
    return contract_node<Over, A, B>{{}, {std::move(a), std::move(b)}};
  } else if constexpr (is_dense_matmul<Over, A, B> && !is_small_matmul<Over, A, B>) {
    return product_node<Over, A, B>{{}, {std::move(a), std::move(b)}};
  } else {
    auto product = make_map(op::multiply{}, std::move(a), std::move(b));
    return sum_over<Over, decltype(product)>::of(std::move(product));
  }
}

}  // namespace impl

/// `contract(a, b, over(k))`: Σ_k a · b, broadcast over the axes that only one of them has; several
/// axes at once as `over(k), over(l)`. The result has the axes of a, then those that only b has.
template <Operand A, Operand B, class... Axes>
[[nodiscard]] QX_INLINE constexpr auto contract(A&& a, B&& b, over_axis<Axes>...) {
  using over_list = axes<typename Axes::template with_extent<dynamic>{}...>;
  return impl::contract_nodes<over_list>(as_node(std::forward<A>(a)), as_node(std::forward<B>(b)));
}

/// y[columns…, rows…] = Σ w[rows…, k…] · x[columns…, k…] over the axes that both have, for tensors
/// and views of double or of complex numbers, in any order and with any strides: a contraction.
template <class T, class Axes, Operand X>
  requires(Continuous<std::remove_const_t<T>> && !std::is_same_v<std::remove_const_t<T>, float>)
[[nodiscard]] QX_INLINE constexpr auto matmul(const basic_view<T, Axes>& w, X&& x) {
  using from = typename node_t<X>::axes_type;
  static_assert(extents_complaint<Axes, from>::absent);
  using over_list = axes_without<Axes, axes_without<Axes, from>>;
  static_assert(over_list::rank > 0,
                "qx: matmul needs an axis that the weight and the activation share");
  return impl::contract_nodes<over_list>(as_node(std::forward<X>(x)), as_node(w));
}
template <class T, class Axes, Operand X>
  requires(Continuous<T> && !std::is_same_v<T, float>)
[[nodiscard]] QX_INLINE constexpr auto matmul(const basic_tensor<T, Axes>& w, X&& x) {
  return matmul(w.view(), std::forward<X>(x));
}

/// Evaluated into memory once, however often and in whatever order it is read.
template <Operand A>
[[nodiscard]] QX_INLINE constexpr auto stored(A&& a) {
  return stored_node<node_t<A>>{{}, as_node(std::forward<A>(a))};
}

/// Axes of an expression split and merged: it is evaluated into memory first.
template <class A, label From, std::size_t E, class... Parts>
  requires(Operand<A> && !detail::Seen<A>)
[[nodiscard]] QX_INLINE constexpr auto split(A&& a, axis<From, E>, Parts... parts) {
  using change = splitting<axis<From>{}, detail::axis_of_part<Parts>...>;
  return reshaped_node<change, node_t<A>>{
      {}, {{given_extent(parts)...}}, as_node(std::forward<A>(a))};
}
template <class A, label Outer, std::size_t O, label Inner, std::size_t I, label Into,
          std::size_t N>
  requires(Operand<A> && !detail::Seen<A>)
[[nodiscard]] QX_INLINE constexpr auto merge(A&& a, axis<Outer, O>, axis<Inner, I>, axis<Into, N>) {
  using change = merging<axis<Outer>{}, axis<Inner>{}, axis<Into>{}>;
  return reshaped_node<change, node_t<A>>{{}, {}, as_node(std::forward<A>(a))};
}

}  // namespace qx::inline QX_ARCH
