// SPDX-License-Identifier: MIT
/// \file
/// What an expression is: plain aggregates of children and a stateless operation. Nothing here
/// computes or allocates; shapes are in `shape()`, the work is in `fuse/`.
#pragma once

#include <qx/core/complaint.hpp>
#include <qx/core/complex.hpp>
#include <qx/core/tensor.hpp>
#include <qx/core/tensor_ref.hpp>

#include <concepts>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>

namespace qx::inline QX_ARCH {

/// Every node derives from this empty tag and has
/// `axes_type`, `value_type` (what an element is computed in) and `shape()`.
struct node_tag {};

template <class E>
concept Node = std::derived_from<std::remove_cvref_t<E>, node_tag>;

/// The type that elements of storage type T are computed in: 16-bit floats in float, integers in
/// int32.
template <class T>
using computed_t =
    std::conditional_t<std::is_same_v<T, double> || std::is_same_v<T, bool> || Complex<T>, T,
                       std::conditional_t<std::is_integral_v<T>, std::int32_t, float>>;

/// Whether every element of storage type T has an equal in the type that it is computed in.
template <class T>
inline constexpr bool computable =
    !std::is_integral_v<T> || sizeof(T) < 4 || std::is_same_v<T, std::int32_t>;

/// A tensor seen through a view; the elements belong to somebody else.
template <class View>
struct leaf : node_tag {
  using axes_type = typename View::axes_type;
  using value_type = computed_t<typename View::value_type>;
  static_assert(
      computable<typename View::value_type>,
      "qx: integers are computed in int32, which does not hold every element of this tensor");
  View view;
  [[nodiscard]] QX_INLINE constexpr const extents<axes_type>& shape() const { return view.shape(); }
};

/// A temporary tensor, moved into the expression so that it lives as long.
template <class Tensor>
struct owned : node_tag {
  using axes_type = typename Tensor::axes_type;
  using value_type = computed_t<typename Tensor::value_type>;
  static_assert(
      computable<typename Tensor::value_type>,
      "qx: integers are computed in int32, which does not hold every element of this tensor");
  Tensor tensor;
  [[nodiscard]] QX_INLINE const extents<axes_type>& shape() const { return tensor.shape(); }
};

/// A floating-point tensor of run-time element type, read as float.
template <class Ref>
struct ref_leaf : node_tag {
  using axes_type = typename Ref::axes_type;
  using value_type = float;
  Ref ref;
  [[nodiscard]] QX_INLINE constexpr const extents<axes_type>& shape() const { return ref.shape(); }
};

/// One number, broadcast over everything.
template <class T>
struct constant : node_tag {
  using axes_type = axes<>;
  using value_type = T;
  T value;
  [[nodiscard]] QX_INLINE constexpr extents<axes<>> shape() const { return {}; }
};

template <class T>
inline constexpr bool is_view = false;
template <class T, class A>
inline constexpr bool is_view<basic_view<T, A>> = true;
template <class T>
inline constexpr bool is_tensor = false;
template <class T, class A>
inline constexpr bool is_tensor<basic_tensor<T, A>> = true;
template <class T>
inline constexpr bool is_ref = false;
template <class B, class A>
inline constexpr bool is_ref<basic_ref<B, A>> = true;

/// Anything that may stand in an expression.
template <class T>
concept Operand = Node<T> || is_view<std::remove_cvref_t<T>> || is_tensor<std::remove_cvref_t<T>> ||
                  is_ref<std::remove_cvref_t<T>>;
template <class T>
concept Scalar =
    std::is_arithmetic_v<std::remove_cvref_t<T>> || Complex<std::remove_cvref_t<T>>;

/// Turns an operand into a node: views and lvalue tensors become leaves, rvalue tensors move in.
template <class T>
[[nodiscard]] QX_INLINE constexpr auto as_node(T&& operand) {
  using U = std::remove_cvref_t<T>;
  if constexpr (Node<U>) {
    return U(std::forward<T>(operand));
  } else if constexpr (is_view<U>) {
    using view = basic_view<const typename U::value_type, typename U::axes_type>;
    return leaf<view>{{}, view(operand)};
  } else if constexpr (is_ref<U>) {
    return ref_leaf<U>{{}, operand};
  } else if constexpr (is_tensor<U> && std::is_lvalue_reference_v<T>) {
    using view = typename U::const_view_type;
    return leaf<view>{{}, view(std::as_const(operand))};
  } else if constexpr (is_tensor<U>) {
    return owned<U>{{}, std::move(operand)};
  } else {
    static_assert(Scalar<U>, "qx: not a tensor, a view, an expression or a number");
    return constant<U>{{}, operand};
  }
}
template <class T>
using node_t = decltype(as_node(std::declval<T>()));

/// Broadcast axes of any number of nodes.
template <class First, class... Rest>
struct union_axes {
  using type = First;
};
template <class First, class Second, class... Rest>
struct union_axes<First, Second, Rest...> {
  using type = typename union_axes<axes_union<First, Second>, Rest...>::type;
};

namespace impl {
/// For whatever asks which of two elements is the larger one.
template <class A>
inline constexpr bool has_order = !Complex<typename node_t<A>::value_type>;

template <class A, class B, class... Rest>
[[nodiscard]] QX_INLINE constexpr auto join_shapes(const extents<A>& a, const extents<B>& b,
                                                   const Rest&... rest) {
  using joined = axes_union<A, B>;
  const extents<joined> first = join_extents<joined>(a, b);
  if constexpr (sizeof...(Rest) == 0)
    return first;
  else
    return join_shapes(first, rest...);
}
template <class A>
[[nodiscard]] QX_INLINE constexpr auto join_shapes(const extents<A>& a) {
  return a;
}
}  // namespace impl

}  // namespace qx::inline QX_ARCH
