// SPDX-License-Identifier: MIT
/// \file
/// The oracle: what an element of an expression is, by definition. One element at a time, in double
/// precision, without packs, tiles, threads or memory of its own, and while compiling as well: laws
/// and small results are `static_assert`s, and every kernel has something to be compared with.
#pragma once

#include <qx/expr/along.hpp>
#include <qx/expr/definition.hpp>
#include <qx/expr/einsum.hpp>
#include <qx/expr/random.hpp>
#include <qx/expr/window.hpp>

#include <array>
#include <cstddef>
#include <vector>

namespace qx::inline QX_ARCH {

namespace oracle {

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
template <auto A, auto To, class C>
struct definition<pick_node<A, To, C>> {
  using node = pick_node<A, To, C>;
  static constexpr number<node> at(const node& n, place<node> p) {
    p[node::at] = static_cast<std::size_t>(n.places[p[node::at]]);
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
    n.children.apply([&](const auto&... c) { (look(c), ...); });
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

template <class C>
struct definition<stored_node<C>> {
  using node = stored_node<C>;
  static constexpr number<node> at(const node& n, const place<node>& p) {
    return value(n.child, p);
  }
};
/// The axes have other names and extents, the elements their order.
template <class F, class C>
struct definition<reshaped_node<F, C>> {
  using node = reshaped_node<F, C>;
  static constexpr number<node> at(const node& n, const place<node>& p) {
    auto flat =
        static_cast<std::size_t>(offset(row_major<node::axes_type::rank>(n.shape().sizes()), p));
    place<C> inside{};
    for (std::size_t i = inside.size(); i-- > 0; flat /= n.child.shape()[i])
      inside[i] = flat % n.child.shape()[i];
    return value(n.child, inside);
  }
};
/// Σ over all axes but the node's own of the product of its operands.
template <class N>
[[nodiscard]] constexpr number<N> sum_of_products(const N& n, const place<N>& p) {
  return n.children.apply([&](const auto&... c) {
    const auto shape = impl::join_shapes(c.shape()...);
    using all = typename std::remove_cvref_t<decltype(shape)>::axes_type;
    number<N> sum(0);
    for (std::size_t i = 0; i < shape.count(); ++i) {
      std::array<std::size_t, all::rank> at{};
      bool here = true;
      for (std::size_t a = all::rank, rest = i; a-- > 0; rest /= shape[a]) {
        at[a] = rest % shape[a];
        const std::size_t own = positions<typename N::axes_type, all>[a];
        here = here && (own == npos || p[own] == at[a]);
      }
      if (here)
        sum = sum +
              (value(c, project<typename std::remove_cvref_t<decltype(c)>::axes_type, all>(at)) *
               ... * number<N>(1));
    }
    return sum;
  });
}
template <class Over, class A, class B>
struct definition<contract_node<Over, A, B>> {
  using node = contract_node<Over, A, B>;
  static constexpr number<node> at(const node& n, const place<node>& p) {
    return sum_of_products(n, p);
  }
};
template <class Over, class A, class B>
struct definition<product_node<Over, A, B>> {
  using node = product_node<Over, A, B>;
  static constexpr number<node> at(const node& n, const place<node>& p) {
    return sum_of_products(n, p);
  }
};
template <class Over, class A, class B>
struct definition<small_contract_node<Over, A, B>> {
  using node = small_contract_node<Over, A, B>;
  static constexpr number<node> at(const node& n, const place<node>& p) {
    return sum_of_products(n, p);
  }
};
template <class O, class A, class B, class C>
struct definition<einsum_node<O, A, B, C>> {
  using node = einsum_node<O, A, B, C>;
  static constexpr number<node> at(const node& n, const place<node>& p) {
    return sum_of_products(n, p);
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
