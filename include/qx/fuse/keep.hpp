// SPDX-License-Identifier: MIT
/// \file
/// Parts of an expression that are computed once and read again: what stands in it more than once,
/// and what stays the same for several elements because it lacks an axis. Chosen by price, from the
/// types alone; whether two equal parts read the same memory is seen when they are bound.
#pragma once

#include <qx/core/bundle.hpp>
#include <qx/fuse/price.hpp>

#include <cstddef>
#include <string_view>
#include <utility>

namespace qx::inline QX_ARCH {

/// `Wide`: the part lacks an axis of what it stands in.
template <class Child, bool Wide>
struct kept_node : node_tag {
  using axes_type = typename Child::axes_type;
  using value_type = typename Child::value_type;
  static constexpr std::string_view name = "kept";
  static constexpr bool keeps_places = true;
  Child child;
  [[nodiscard]] QX_INLINE constexpr auto shape() const { return child.shape(); }
};
template <class C, bool Wide>
[[nodiscard]] QX_INLINE bool same(const kept_node<C, Wide>& a, const kept_node<C, Wide>& b) {
  return same(a.child, b.child);
}

namespace impl {

/// Nodes whose operands are looked into.
template <class N>
inline constexpr bool opens = false;
template <class Op, class... C>
inline constexpr bool opens<map_node<Op, C...>> = true;
template <class M, auto A, class C>
inline constexpr bool opens<reduce_node<M, A, C>> = true;
template <class R, auto A, class C>
inline constexpr bool opens<rowwise_node<R, A, C>> = true;

/// Whether a node's own step, without its operands, costs more than keeping what comes out.
template <class N>
inline constexpr bool dear_step = opens<N>;
template <class Op, class... C>
inline constexpr bool dear_step<map_node<Op, C...>> = cost_of<Op>().flops > price_of_keeping;

template <class Part, class N>
consteval std::size_t times_in() {
  std::size_t times = std::is_same_v<Part, N> ? 1 : 0;
  if constexpr (opens<N>)
    times += []<class... C>(const bundle<C...>*) {
      return (times_in<Part, C>() + ... + 0);
    }(static_cast<const typename operands<N>::type*>(nullptr));
  return times;
}
template <class Part, class Group>
inline constexpr bool repeated = false;
template <class Part, class... All>
  requires dear_step<Part>
inline constexpr bool repeated<Part, bundle<All...>> = (times_in<Part, All>() + ... + 0) > 1;

/// Whether a part is dear and lacks an axis of `Around` along which there may be several elements.
template <class Part, class Around>
inline constexpr bool widened = axes_without<Around, typename Part::axes_type>::rank > 0 &&
                                static_count<axes_without<Around, typename Part::axes_type>> != 1 &&
                                cost_visitor<Part>::get().flops > price_of_keeping;

/// The axes that a node's operands are asked for together.
template <class N>
struct axes_inside {
  using type = typename N::axes_type;
};
template <class N>
  requires requires { N::axis; }
struct axes_inside<N> {
  using type = typename decltype(N::child)::axes_type;
};

/// The node with its parts kept, in surroundings with the axes `Around`; `Group` are all
/// expressions that are evaluated together.
template <class Around, class Group, class N>
[[nodiscard]] QX_INLINE constexpr auto keep(const N& n) {
  if constexpr (!opens<N>) {
    return n;
  } else {
    using inside = typename axes_inside<N>::type;
    const auto rebuilt = [&] QX_INLINE_LAMBDA {
      if constexpr (requires { n.children; })
        return n.children.apply([&](const auto&... part) QX_INLINE_LAMBDA {
          return n.with(keep<inside, Group>(part)...);
        });
      else
        return n.with(keep<inside, Group>(n.child));
    };
    constexpr bool wide = widened<N, Around>;
    using result = decltype(rebuilt());
    if constexpr (!std::is_same_v<typename N::value_type, bool> && (wide || repeated<N, Group>))
      return kept_node<result, wide>{{}, rebuilt()};
    else
      return rebuilt();
  }
}

/// Whether a part sweeps rows when it begins.
template <class N>
inline constexpr bool looks_along_rows =
    requires { N::axis; } || []<class... C>(const bundle<C...>*) {
      return (looks_along_rows<C> || ...);
    }(static_cast<const typename operands<N>::type*>(nullptr));

/// Whether it stays the same for several rows of what it stands in.
template <class N>
inline constexpr bool stays_same = false;
template <class C>
inline constexpr bool stays_same<kept_node<C, true>> = true;

/// Only rows: tiles and heads have their own ways to compute what they share.
template <class E>
inline constexpr bool runs_in_rows = matmuls_in<E> == 0 && !is_attention<E>;
template <class E>
inline constexpr bool runs_in_tiles = matmuls_in<E> != 0 && !is_attention<E>;
template <class E, class Around, class Group>
struct with_kept {
  using type = E;
};
template <class E, class Around, class Group>
  requires runs_in_rows<E>
struct with_kept<E, Around, Group> {
  using type = decltype(keep<Around, Group>(std::declval<const E&>()));
};

/// Computed in full wherever it stands, unless it lacks an axis: then its last pass is not made for
/// each element.
template <class C, bool Wide>
struct cost_visitor<kept_node<C, Wide>> {
  static consteval node_cost get() {
    node_cost n = cost_visitor<C>::get();
    if (Wide) n.flops = n.transcendental = 0;
    if (Wide) n.reads = 1;
    ++n.temporaries;
    return n;
  }
};
template <class N>
inline constexpr bool is_kept = false;
template <class C, bool Wide>
inline constexpr bool is_kept<kept_node<C, Wide>> = true;
template <class N>
consteval int kept_in() {
  return (is_kept<N> ? 1 : 0) + []<class... C>(const bundle<C...>*) {
    return (kept_in<C>() + ... + 0);
  }(static_cast<const typename operands<N>::type*>(nullptr));
}

}  // namespace impl

}  // namespace qx::inline QX_ARCH
