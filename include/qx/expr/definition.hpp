// SPDX-License-Identifier: MIT
/// \file
/// What an element of each node of the language is, by definition: elementwise operations,
/// reductions and functions of rows.
#pragma once

#include <qx/expr/exact.hpp>
#include <qx/expr/operators.hpp>

#include <array>
#include <cstddef>

namespace qx::inline QX_ARCH {

namespace oracle {

/// What the oracle counts an element in: floating point in double, whole numbers and truth values
/// in their own type.
template <class V>
struct counted {
  using type = std::conditional_t<std::is_floating_point_v<V>, exact, V>;
};
template <class T>
struct counted<std::complex<T>> {
  using type = std::complex<double>;
};
template <class N>
using number = typename counted<typename N::value_type>::type;
template <class N>
using place = std::array<std::size_t, N::axes_type::rank>;

/// The indices that concern the axes of Of, taken from those of all of List.
template <class Of, class List>
[[nodiscard]] constexpr std::array<std::size_t, Of::rank>
project(const std::array<std::size_t, List::rank>& at) {
  std::array<std::size_t, Of::rank> r{};
  for (std::size_t i = 0; i < Of::rank; ++i)
    if (positions<List, Of>[i] != npos) r[i] = at[positions<List, Of>[i]];
  return r;
}

template <class N>
struct definition;
template <class N>
[[nodiscard]] constexpr number<N> value(const N& n, const place<N>& at) {
  return definition<N>::at(n, at);
}

template <class T>
[[nodiscard]] constexpr auto read(T x) {
  if constexpr (std::is_same_v<T, f16> || std::is_same_v<T, bf16>)
    return exact(static_cast<float>(x));
  else
    return static_cast<typename counted<computed_t<T>>::type>(x);
}
template <std::size_t Rank>
[[nodiscard]] constexpr std::ptrdiff_t offset(const strides<Rank>& steps,
                                              const std::array<std::size_t, Rank>& at) {
  std::ptrdiff_t sum = 0;
  for (std::size_t i = 0; i < Rank; ++i)
    sum += static_cast<std::ptrdiff_t>(at[i]) * steps[i];
  return sum;
}

template <class V>
struct definition<leaf<V>> {
  static constexpr auto at(const leaf<V>& n, const place<leaf<V>>& p) {
    return read(n.view.data()[offset(n.view.steps(), p)]);
  }
};
template <class T>
struct definition<owned<T>> {
  static auto at(const owned<T>& n, const place<owned<T>>& p) {
    return read(
        n.tensor.data()[offset(row_major<T::axes_type::rank>(n.tensor.shape().sizes()), p)]);
  }
};
template <class T>
struct definition<constant<T>> {
  static constexpr number<constant<T>> at(const constant<T>& n, const place<constant<T>>&) {
    return n.value;
  }
};
/// An operation that only takes numbers of its own type is given those.
template <class Op, class... C>
struct definition<map_node<Op, C...>> {
  using node = map_node<Op, C...>;
  static constexpr number<node> at(const node& n, const place<node>& p) {
    return n.children.apply([&](const auto&... c) -> number<node> {
      if constexpr (requires { n.op(std::declval<number<C>>()...); })
        return static_cast<number<node>>(n.op(child(c, p)...));
      else
        return static_cast<number<node>>(n.op(static_cast<typename C::value_type>(child(c, p))...));
    });
  }
  template <class One>
  static constexpr number<One> child(const One& c, const place<node>& p) {
    return value(c, project<typename One::axes_type, typename node::axes_type>(p));
  }
};

/// The state of a monoid after all elements of an axis through one place, and how many they were.
template <class Monoid, auto Axis, class Child>
[[nodiscard]] constexpr auto state_along(const Child& c, place<Child> p) {
  using T = number<Child>;
  constexpr std::size_t at = Child::axes_type::template index_of<Axis>;
  auto state = Monoid::template start<T>();
  for (std::size_t i = 0; i < c.shape()[at]; ++i) {
    p[at] = i;
    Monoid::step(state, value(c, p), T(static_cast<monoid::element_t<T>>(i)));
  }
  return state;
}
template <class M, auto A, class C>
struct definition<reduce_node<M, A, C>> {
  using node = reduce_node<M, A, C>;
  static constexpr number<node> at(const node& n, const place<node>& p) {
    const auto inside = project<typename C::axes_type, typename node::axes_type>(p);
    return static_cast<number<node>>(M::finish(
        state_along<M, A>(n.child, inside), n.child.shape()[C::axes_type::template index_of<A>]));
  }
};
template <class R, auto A, class C>
struct definition<rowwise_node<R, A, C>> {
  using node = rowwise_node<R, A, C>;
  static constexpr number<node> at(const node& n, const place<node>& p) {
    using monoid = typename R::monoid;
    const std::size_t count = n.child.shape()[C::axes_type::template index_of<A>];
    return n.rule.apply(
        n.rule.prepare(monoid::finish(state_along<monoid, A>(n.child, p), count), count),
        value(n.child, p));
  }
};

}  // namespace oracle

}  // namespace qx::inline QX_ARCH
