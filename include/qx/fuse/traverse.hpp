// SPDX-License-Identifier: MIT
/// \file
/// Walks over expressions: which leaves they read, which matmuls they hold, whether two are the
/// same computation, and what must be checked once before an evaluation.
#pragma once

#include <qx/core/bundle.hpp>
#include <qx/expr/einsum.hpp>
#include <qx/expr/operators.hpp>
#include <qx/expr/window.hpp>

#include <cstddef>
#include <cstdint>

namespace qx::inline QX_ARCH {

/// Calls `f(child)` for the operands of a node, from left to right: its `children` (a bundle) or
/// its `child`. A node without either has none.
template <class N, class F>
QX_INLINE constexpr void for_each_child(const N& n, F&& f) {
  if constexpr (requires { n.children; })
    n.children.for_each(f);
  else if constexpr (requires { n.child; })
    f(n.child);
}
template <class C, class V, class F>
QX_INLINE constexpr void for_each_child(const rope_node<C, V>& n, F&& f) {
  f(n.child);
  f(leaf<V>{{}, n.angles.cosine});
  f(leaf<V>{{}, n.angles.sine});
}
template <class T, class I, class F>
QX_INLINE constexpr void for_each_child(const gather_node<T, I>& n, F&& f) {
  f(n.ids);
}
template <class Q, class K, class F>
QX_INLINE constexpr void for_each_child(const attention_node<Q, K>& n, F&& f) {
  f(n.query);
  f(ref_leaf<K>{{}, n.keys});
  f(ref_leaf<K>{{}, n.values});
}

template <class N>
inline constexpr bool is_matmul = false;
template <class W, class C>
inline constexpr bool is_matmul<matmul_node<W, C>> = true;
template <class N>
inline constexpr bool is_attention = false;
template <class Q, class K>
inline constexpr bool is_attention<attention_node<Q, K>> = true;

/// Calls `f(matmul)` for each matmul of an epilogue, left to right; not for those inside a
/// prologue.
template <class N, class F>
QX_INLINE constexpr void for_each_matmul(const N& n, F&& f) {
  if constexpr (is_matmul<N>)
    f(n);
  else
    for_each_child(n, [&](const auto& c) QX_INLINE_LAMBDA { for_each_matmul(c, f); });
}

namespace impl {
/// The types of a node's operands.
template <class N>
struct operands {
  using type = bundle<>;
};
template <class N>
  requires requires(const N& n) { n.children; }
struct operands<N> {
  using type = decltype(N::children);
};
template <class N>
  requires requires(const N& n) { n.child; }
struct operands<N> {
  using type = bundle<decltype(N::child)>;
};

template <class N>
struct matmul_count;
template <class... C>
consteval int matmuls_among(const bundle<C...>*) {
  return (matmul_count<C>::value + ... + 0);
}
template <class N>
struct matmul_count {
  static constexpr int value =
      matmuls_among(static_cast<const typename operands<N>::type*>(nullptr));
};
template <class W, class C>
struct matmul_count<matmul_node<W, C>> {
  static constexpr int value = 1;
};
template <class Over, class A, class B>
struct matmul_count<contract_node<Over, A, B>> {
  static constexpr int value = 1;
};
/// What is evaluated by stages of its own before.
template <class N>
  requires requires { N::stages; }
struct matmul_count<N> {
  static constexpr int value = 0;
};
}  // namespace impl

/// How many matmuls an epilogue joins.
template <class N>
inline constexpr int matmuls_in = impl::matmul_count<N>::value;

/// Half-open range of addresses.
struct memory_range {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
  [[nodiscard]] QX_INLINE constexpr bool overlaps(memory_range o) const {
    return begin < o.end && o.begin < end;
  }
};

template <std::size_t Rank>
[[nodiscard]] QX_INLINE memory_range range_of(const void* data,
                                              const std::array<std::size_t, Rank>& sizes,
                                              const strides<Rank>& steps,
                                              std::size_t element_bytes) {
  std::ptrdiff_t low = 0;
  std::ptrdiff_t high = 0;
  for (std::size_t i = 0; i < Rank; ++i) {
    if (sizes[i] == 0) return {};
    const std::ptrdiff_t reach = static_cast<std::ptrdiff_t>(sizes[i] - 1) * steps[i];
    (reach < 0 ? low : high) += reach;
  }
  const auto base = reinterpret_cast<std::uintptr_t>(data);
  const auto bytes = static_cast<std::ptrdiff_t>(element_bytes);
  return {base + static_cast<std::uintptr_t>(low * bytes),
          base + static_cast<std::uintptr_t>((high + 1) * bytes)};
}
template <class T, class A>
[[nodiscard]] QX_INLINE memory_range range_of(const basic_view<T, A>& v) {
  return range_of(v.data(), v.shape().sizes(), v.steps(), sizeof(T));
}
template <class B, class A>
[[nodiscard]] QX_INLINE memory_range range_of(const basic_ref<B, A>& v) {
  return range_of(v.data(), v.shape().sizes(), v.steps(), info(v.type()).block_bytes);
}
template <class T, auto A, scatter_as How>
[[nodiscard]] QX_INLINE memory_range range_of(const scatter<T, A, How>& s) {
  return range_of(s.target);
}
template <class N>
[[nodiscard]] QX_INLINE memory_range leaf_range(const N&) {
  return {};
}
template <class V>
[[nodiscard]] QX_INLINE memory_range leaf_range(const leaf<V>& n) {
  return range_of(n.view);
}
template <class R>
[[nodiscard]] QX_INLINE memory_range leaf_range(const ref_leaf<R>& n) {
  return range_of(n.ref);
}
/// The rows that a weight or table is read from; panels belong to whoever packed them.
template <class Axes>
[[nodiscard]] QX_INLINE memory_range weight_range(const basic_weight<Axes>& w) {
  if (w.rows == nullptr) return {};
  const auto begin = reinterpret_cast<std::uintptr_t>(w.rows);
  return {begin, begin + block_shape_of(w).bytes_of(w.shape.count())};
}
template <class Axes>
[[nodiscard]] QX_INLINE memory_range weight_range(const routed_weight<Axes>& w) {
  if (w.rows == nullptr) return {};
  const auto begin = reinterpret_cast<std::uintptr_t>(w.rows);
  return {begin, begin + block_shape_of(w).bytes_of(w.shape.count()) * (w.starts.size() - 1)};
}
template <class W, class C>
[[nodiscard]] QX_INLINE memory_range leaf_range(const matmul_node<W, C>& n) {
  return weight_range(n.weight);
}
template <class W>
[[nodiscard]] QX_INLINE memory_range leaf_range(const decoded_node<W>& n) {
  return weight_range(n.weight);
}
template <class W, class I>
[[nodiscard]] QX_INLINE memory_range leaf_range(const gather_node<W, I>& n) {
  return weight_range(n.table);
}

/// Whether evaluating the node reads memory of that range.
template <class N>
[[nodiscard]] QX_INLINE bool reads(const N& n, memory_range range) {
  bool found = leaf_range(n).overlaps(range);
  for_each_child(n, [&](const auto& c) QX_INLINE_LAMBDA { found = found || reads(c, range); });
  return found;
}

/// Whether two nodes of one type are the same computation on the same memory.
template <class V>
[[nodiscard]] QX_INLINE bool same(const leaf<V>& a, const leaf<V>& b) {
  return a.view.data() == b.view.data() && a.view.shape() == b.view.shape() &&
         same_steps(a.view.steps(), b.view.steps());
}
template <class R>
[[nodiscard]] QX_INLINE bool same(const ref_leaf<R>& a, const ref_leaf<R>& b) {
  return a.ref.data() == b.ref.data() && a.ref.type() == b.ref.type() &&
         a.ref.shape() == b.ref.shape() && same_steps(a.ref.steps(), b.ref.steps());
}
template <class T>
[[nodiscard]] QX_INLINE bool same(const constant<T>& a, const constant<T>& b) {
  return a.value == b.value;
}
template <class Op, class... C>
[[nodiscard]] QX_INLINE bool same(const map_node<Op, C...>& a, const map_node<Op, C...>& b) {
  if constexpr (!std::is_empty_v<Op>) return false;  // a lambda with captures may differ
  return [&]<std::size_t... I>(std::index_sequence<I...>) QX_INLINE_LAMBDA {
    return (same(get<I>(a.children), get<I>(b.children)) && ...);
  }(std::index_sequence_for<C...>{});
}
template <class R, auto A, class C>
[[nodiscard]] QX_INLINE bool same(const rowwise_node<R, A, C>& a, const rowwise_node<R, A, C>& b) {
  if constexpr (std::is_empty_v<R>)
    return same(a.child, b.child);
  else
    return a.rule == b.rule && same(a.child, b.child);
}
template <class M, auto A, class C>
[[nodiscard]] QX_INLINE bool same(const reduce_node<M, A, C>& a, const reduce_node<M, A, C>& b) {
  return same(a.child, b.child);
}
template <auto A, auto To, class C>
[[nodiscard]] QX_INLINE bool same(const pick_node<A, To, C>& a, const pick_node<A, To, C>& b) {
  return a.places.data() == b.places.data() && a.places.size() == b.places.size() &&
         same(a.child, b.child);
}
template <class C>
[[nodiscard]] QX_INLINE bool same(const stored_node<C>& a, const stored_node<C>& b) {
  return same(a.child, b.child);
}
template <class Over, class A, class B>
[[nodiscard]] QX_INLINE bool same(const contract_node<Over, A, B>& a,
                                  const contract_node<Over, A, B>& b) {
  return same(get<0>(a.children), get<0>(b.children)) &&
         same(get<1>(a.children), get<1>(b.children));
}
template <class Over, class A, class B>
[[nodiscard]] QX_INLINE bool same(const small_contract_node<Over, A, B>& a,
                                  const small_contract_node<Over, A, B>& b) {
  return same(get<0>(a.children), get<0>(b.children)) &&
         same(get<1>(a.children), get<1>(b.children));
}
template <class Over, class A, class B>
[[nodiscard]] QX_INLINE bool same(const product_node<Over, A, B>& a,
                                  const product_node<Over, A, B>& b) {
  return same(get<0>(a.children), get<0>(b.children)) &&
         same(get<1>(a.children), get<1>(b.children));
}
template <class Axes>
[[nodiscard]] QX_INLINE bool same(const basic_weight<Axes>& a, const basic_weight<Axes>& b) {
  return a.type == b.type && a.rows == b.rows && a.panels == b.panels && a.own == b.own &&
         a.shape == b.shape;
}
template <class Axes>
[[nodiscard]] QX_INLINE bool same(const routed_weight<Axes>& a, const routed_weight<Axes>& b) {
  return a.type == b.type && a.rows == b.rows && a.panels == b.panels && a.own == b.own &&
         a.shape == b.shape && a.starts.data() == b.starts.data() &&
         a.starts.size() == b.starts.size();
}
template <class W, class C>
[[nodiscard]] QX_INLINE bool same(const matmul_node<W, C>& a, const matmul_node<W, C>& b) {
  return same(a.weight, b.weight) && same(a.child, b.child);
}
/// Anything else counts as different: at worst it is computed twice.
template <class A, class B>
[[nodiscard]] QX_INLINE bool same(const A&, const B&) {
  return false;
}

}  // namespace qx::inline QX_ARCH
