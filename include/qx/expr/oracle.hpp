// SPDX-License-Identifier: MIT
/// \file
/// The oracle: what an element of an expression is, by definition. One element at a time, in double
/// precision, without packs, tiles, threads or memory of its own, and while compiling as well: laws
/// and small results are `static_assert`s, and every kernel has something to be compared with.
#pragma once

#include <qx/expr/along.hpp>
#include <qx/expr/exact.hpp>
#include <qx/expr/operators.hpp>
#include <qx/expr/random.hpp>
#include <qx/expr/window.hpp>

#include <array>
#include <complex>
#include <cstddef>
#include <vector>

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
    return std::apply(
        [&](const auto&... c) -> number<node> {
          if constexpr (requires { n.op(std::declval<number<C>>()...); })
            return static_cast<number<node>>(n.op(child(c, p)...));
          else
            return static_cast<number<node>>(
                n.op(static_cast<typename C::value_type>(child(c, p))...));
        },
        n.children);
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
template <auto From, auto To, class C>
struct definition<rename_node<From, To, C>> {
  using node = rename_node<From, To, C>;
  static constexpr number<node> at(const node& n, const place<node>& p) {
    return value(n.child, p);
  }
};
template <auto A, class C>
struct definition<slice_node<A, C>> {
  using node = slice_node<A, C>;
  static constexpr number<node> at(const node& n, place<node> p) {
    std::size_t& i = p[impl::along_one<C, A>::at];
    i = n.first + n.step * i;
    return value(n.child, p);
  }
};
template <auto A, class C>
struct definition<pad_node<A, C>> {
  using node = pad_node<A, C>;
  static constexpr number<node> at(const node& n, place<node> p) {
    std::size_t& i = p[impl::along_one<C, A>::at];
    if (i < n.before || i - n.before >= n.child.shape()[impl::along_one<C, A>::at]) return n.value;
    i -= n.before;
    return value(n.child, p);
  }
};
template <auto A, class... C>
struct definition<concat_node<A, C...>> {
  using node = concat_node<A, C...>;
  static constexpr number<node> at(const node& n, place<node> p) {
    std::size_t& i = p[node::axes_type::template index_of<A>];
    number<node> found{};
    bool done = false;
    const auto look = [&](const auto& c) {
      using one = std::remove_cvref_t<decltype(c)>;
      if (done) return;
      const std::size_t extent = node::extent_of(c);
      if (i < extent) {
        found = value(c, project<typename one::axes_type, typename node::axes_type>(p));
        done = true;
      } else {
        i -= extent;
      }
    };
    std::apply([&](const auto&... c) { (look(c), ...); }, n.children);
    return found;
  }
};
/// Functions of whole axes see the axis in the type that they would see otherwise.
template <class F, auto A, auto Out, class C>
struct definition<along_node<F, A, Out, C>> {
  using node = along_node<F, A, Out, C>;
  static constexpr number<node> at(const node& n, const place<node>& p) {
    using T = typename C::value_type;
    place<C> inside = p;
    const std::size_t extent = n.child.shape()[node::at];
    std::vector<T> in(extent);
    for (std::size_t i = 0; i < extent; ++i) {
      inside[node::at] = i;
      in[i] = static_cast<T>(value(n.child, inside));
    }
    std::vector<typename node::value_type> out(n.function.extent(extent));
    n.function.apply(in.data(), extent, out.data(), out.size());
    return static_cast<number<node>>(out[p[node::at]]);
  }
};
template <class Axes>
struct definition<random_node<Axes>> {
  using node = random_node<Axes>;
  static constexpr number<node> at(const node& n, const place<node>& p) {
    return random_number(
        n.seed, static_cast<std::uint64_t>(offset(row_major<Axes::rank>(n.size.sizes()), p)));
  }
};
template <class C, class V>
struct definition<rope_node<C, V>> {
  using node = rope_node<C, V>;
  static constexpr number<node> at(const node& n, place<node> p) {
    const auto angle = [&](const V& table) {
      return read(table.data()[offset(
          table.steps(), project<typename V::axes_type, typename node::axes_type>(p))]);
    };
    const exact x = value(n.child, p);
    const exact cosine = angle(n.angles.cosine);
    const exact sine = angle(n.angles.sine);
    std::size_t& j = p[node::axes_type::rank - 1];
    const std::size_t half = n.angles.rotated / 2;
    if (j < n.angles.rotated)
      j = n.angles.pairs == rope_pairs::adjacent ? j ^ 1 : j < half ? j + half : j - half;
    return x * cosine + value(n.child, p) * sine;
  }
};

/// A number as it leaves the oracle.
template <class T>
[[nodiscard]] constexpr auto plain(T x) {
  if constexpr (std::is_same_v<T, exact>)
    return x.value;
  else
    return x;
}

/// The element at one place, indices in the order of the expression's axes: a double (or the whole
/// number, truth value or complex number that it is).
template <class E, class... Index>
  requires(Operand<E> && sizeof...(Index) == node_t<E>::axes_type::rank)
[[nodiscard]] constexpr auto at(const E& e, Index... index) {
  const auto n = as_node(e);
  return plain(value(n, {static_cast<std::size_t>(index)...}));
}

/// All elements, row-major.
template <Operand E>
[[nodiscard]] constexpr auto all(const E& e) {
  const auto n = as_node(e);
  using node = std::remove_cvref_t<decltype(n)>;
  const auto shape = n.shape();
  std::vector<decltype(plain(value(n, {})))> out(shape.count());
  place<node> p{};
  for (auto&& element : out) {
    element = plain(value(n, p));
    for (std::size_t i = p.size(); i-- > 0;) {
      if (++p[i] < shape[i]) break;
      p[i] = 0;
    }
  }
  return out;
}

}  // namespace oracle

}  // namespace qx::inline QX_ARCH
