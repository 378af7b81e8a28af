// SPDX-License-Identifier: MIT
/// \file
/// From an expression to stages: what must lie in memory before the rest can run is evaluated
/// first, into one arena whose size is known beforehand, and its place in the expression is taken
/// by a view.
#pragma once

#include <qx/core/bundle.hpp>
#include <qx/expr/einsum.hpp>
#include <qx/fuse/context.hpp>
#include <qx/fuse/product.hpp>
#include <qx/fuse/rows.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace qx::inline QX_ARCH {

namespace impl {

template <class... Targets, class... Exprs>
void eval_stage(context& ctx, const assignment<Targets, Exprs>&... assignments);

enum class lowered_as { itself, stored, panels, product };
template <class N>
inline constexpr lowered_as lowers_to = lowered_as::itself;
template <class C>
inline constexpr lowered_as lowers_to<stored_node<C>> = lowered_as::stored;
template <class F, class C>
inline constexpr lowered_as lowers_to<reshaped_node<F, C>> = lowered_as::stored;
template <class O, class A, class B, class C>
inline constexpr lowered_as lowers_to<einsum_node<O, A, B, C>> = lowered_as::stored;
template <class Over, class A, class B>
inline constexpr lowered_as lowers_to<contract_node<Over, A, B>> = lowered_as::panels;
template <class Over, class A, class B>
inline constexpr lowered_as lowers_to<product_node<Over, A, B>> = lowered_as::product;

/// Whether an operand's matmuls may stay tiles under this node: it says so itself (its elements
/// depend on the operand's row of the inner axis alone), or it is elementwise, has the same axes,
/// and no operand beside it is a reduction, or it is a norm of rows that a tile holds whole.
template <class N, class C>
inline constexpr bool joins_tiles = requires { requires N::joins_tiles; };
template <class Op, class... All, class C>
inline constexpr bool joins_tiles<map_node<Op, All...>, C> =
    same_axes_set<typename map_node<Op, All...>::axes_type, typename C::axes_type> &&
    ((reduced_axes<All>::type::rank == 0) && ...);
template <class R, auto A, class One, class C>
inline constexpr bool joins_tiles<rowwise_node<R, A, One>, C> =
    norms_in_tile<rowwise_node<R, A, One>>;

/// Whether the operand is evaluated into memory because the node cannot read it from a tile.
template <class N, class C>
inline constexpr bool stores_operand = matmul_count<C>::value > 0 && !joins_tiles<N, C>;

template <class N>
consteval bool needs_lowering() {
  if (lowers_to<N> != lowered_as::itself) return true;
  return []<class... C>(const bundle<C...>*) {
    return ((stores_operand<N, C> || needs_lowering<C>()) || ...);
  }(static_cast<const typename operands<N>::type*>(nullptr));
}

template <class N>
inline constexpr bool is_owned = false;
template <class T>
inline constexpr bool is_owned<owned<T>> = true;
template <class N>
inline constexpr bool is_plain_view = false;
template <class V>
inline constexpr bool is_plain_view<leaf<V>> = true;

/// Bytes of the arena that stay in use, and how many there are at most on the way.
struct arena_need {
  std::size_t kept = 0;
  std::size_t most = 0;
  constexpr void then(arena_need next) {
    most = std::max(most, kept + next.most);
    kept += next.kept;
  }
};
[[nodiscard]] QX_INLINE constexpr std::size_t arena_round(std::size_t bytes) {
  return (bytes + 63) / 64 * 64;
}

template <class N>
[[nodiscard]] QX_INLINE arena_need need_of(const N& n);
template <class N>
[[nodiscard]] QX_INLINE arena_need need_to_store(const N& n) {
  const std::size_t own = arena_round(n.shape().count() * sizeof(typename N::value_type));
  return {own, own + need_of(n).most};
}
template <class Parent, class C>
[[nodiscard]] QX_INLINE arena_need need_below(const C& c) {
  if constexpr (stores_operand<Parent, C>)
    return need_to_store(c);
  else
    return need_of(c);
}
template <class Over, class A, class B>
[[nodiscard]] QX_INLINE arena_need need_of_product(const product_node<Over, A, B>& n) {
  using T = typename product_node<Over, A, B>::value_type;
  const auto& [a, b] = n.children;
  const product_size size = size_of(n);
  arena_need sum;
  sum.then({arena_round(size.panels() * wide_panel_bytes<T>(size.depth)), 0});
  if (!lies_in_order<left_order<Over, A>>(a)) sum.then(need_to_store(a));
  if constexpr (!is_plain_view<B>) sum.then(need_to_store(b));
  const std::size_t own = arena_round(n.shape().count() * sizeof(T));
  return {own, own + std::max(sum.kept, sum.most)};
}
template <class N>
[[nodiscard]] QX_INLINE arena_need need_of(const N& n) {
  arena_need sum;
  if constexpr (requires { n.cheapest([](const auto&) {}); }) {
    n.cheapest([&](const auto& e) { sum = need_to_store(e); });
  } else if constexpr (lowers_to<N> == lowered_as::stored) {
    sum = need_to_store(n.child);
  } else if constexpr (lowers_to<N> == lowered_as::product) {
    sum = need_of_product(n);
  } else if constexpr (lowers_to<N> == lowered_as::panels) {
    const auto& [a, b] = n.children;
    sum.kept = sum.most = arena_round(panel_bytes_of(n));
    if constexpr (!is_plain_view<std::remove_cvref_t<decltype(b)>>)
      sum.most += need_to_store(b).most;
    sum.then(need_below<N>(a));
  } else if constexpr (needs_lowering<N>()) {
    for_each_child(n, [&](const auto& c) QX_INLINE_LAMBDA { sum.then(need_below<N>(c)); });
  }
  return sum;
}

/// Runs the earlier stages and rebuilds the expression over their results.
class lowering {
 public:
  QX_INLINE lowering(context& ctx, std::byte* memory) : ctx_(&ctx), memory_(memory) {}

  template <class N>
  [[nodiscard]] auto node(const N& n) {
    if constexpr (is_owned<N>) {
      using view = typename std::remove_cvref_t<decltype(n.tensor)>::const_view_type;
      return leaf<view>{{}, n.tensor.view()};
    } else if constexpr (requires { n.cheapest([](const auto&) {}); }) {
      using list = typename N::axes_type;
      leaf<basic_view<const typename N::value_type, list>> result;
      n.cheapest([&](const auto& e) { result = store_as<list>(e, n.shape()); });
      return result;
    } else if constexpr (requires { n.change; }) {
      return as_node(n.change.view(store(n.child).view));
    } else if constexpr (lowers_to<N> == lowered_as::stored) {
      return store(n.child);
    } else if constexpr (lowers_to<N> == lowered_as::product) {
      return stored_product(n);
    } else if constexpr (lowers_to<N> == lowered_as::panels) {
      return with_panels(n);
    } else if constexpr (needs_lowering<N>()) {
      return rebuilt(n, static_cast<const typename operands<N>::type*>(nullptr));
    } else {
      return n;
    }
  }

 private:
  [[nodiscard]] QX_INLINE std::byte* take(std::size_t bytes) {
    std::byte* const at = memory_ + used_;
    used_ += arena_round(bytes);
    return at;
  }
  /// What is stored there is known no longer.
  QX_INLINE void give_back(std::size_t mark) {
    used_ = mark;
    while (known_ > 0 && memory_of_[known_ - 1].offset >= mark)
      --known_;
  }
  template <class List, class N, class Shape>
  [[nodiscard]] auto store_as(const N& n, const Shape& shape) {
    using T = typename N::value_type;
    const basic_view<T, List> result(reinterpret_cast<T*>(take(shape.count() * sizeof(T))), shape);
    const std::size_t mark = used_;
    const auto lowered = node(n);
    eval_stage(*ctx_, assignment<basic_view<T, List>, std::remove_const_t<decltype(lowered)>>{
                          result, lowered});
    give_back(mark);
    return leaf<basic_view<const T, List>>{{}, result};
  }
  /// What was stored already and is the same computation is not stored again.
  template <class N>
  [[nodiscard]] auto store(const N& n) {
    using result = leaf<basic_view<const typename N::value_type, typename N::axes_type>>;
    for (std::size_t i = 0; i < known_; ++i)
      if (memory_of_[i].tag == &tag<N> && same(*static_cast<const N*>(memory_of_[i].node), n))
        return result{
            {},
            {reinterpret_cast<const typename N::value_type*>(memory_ + memory_of_[i].offset),
             n.shape()}};
    const std::size_t offset = used_;
    const result r = store_as<typename N::axes_type>(n, n.shape());
    if (known_ < memory_of_.size()) memory_of_[known_++] = {&tag<N>, &n, offset};
    return r;
  }
  template <class Parent, class C>
  [[nodiscard]] auto below(const C& c) {
    if constexpr (stores_operand<Parent, C>)
      return store(c);
    else
      return node(c);
  }
  template <class N, class... C>
  [[nodiscard]] auto rebuilt(const N& n, const bundle<C...>*) {
    if constexpr (requires { n.children; })
      return n.children.apply([&](const auto&... c) {
        // In braces, from left to right: the arena is sized for that order.
        bundle<decltype(below<N>(c))...> parts{below<N>(c)...};
        return parts.apply([&](auto&... part) { return n.with(std::move(part)...); });
      });
    else
      return n.with(below<N>(n.child));
  }
  template <class Over, class A, class B>
  [[nodiscard]] auto with_panels(const contract_node<Over, A, B>& n) {
    using node_type = contract_node<Over, A, B>;
    using weight_axes = axes_concat<typename node_type::row_axes, Over>;
    std::byte* const panels = take(panel_bytes_of(n));
    const std::size_t mark = used_;
    const auto& b = get<1>(n.children);
    if constexpr (is_plain_view<B>)
      pack_panels(*ctx_, in_panel_order<weight_axes>(b.view), Over::rank, panels);
    else
      pack_panels(*ctx_, in_panel_order<weight_axes>(store(b).view), Over::rank, panels);
    give_back(mark);
    const basic_weight<weight_axes> w{dtype::f32, nullptr, panels,
                                      project_extents<weight_axes>(b.shape())};
    auto left = below<node_type>(get<0>(n.children));
    return matmul_node<basic_weight<weight_axes>, decltype(left)>{{}, w, std::move(left)};
  }

  template <class Over, class A, class B>
  [[nodiscard]] auto stored_product(const product_node<Over, A, B>& n) {
    using node_type = product_node<Over, A, B>;
    using T = typename node_type::value_type;
    const auto& [a, b] = n.children;
    const product_size size = size_of(n);
    const auto shape = n.shape();
    const basic_view<T, typename node_type::axes_type> result(
        reinterpret_cast<T*>(take(shape.count() * sizeof(T))), shape);
    const std::size_t mark = used_;
    std::byte* const panels = take(size.panels() * wide_panel_bytes<T>(size.depth));
    using order = left_order<Over, A>;
    const T* left = nullptr;
    if constexpr (is_plain_view<A>)
      if (lies_in_order<order>(a)) left = a.view.data();
    if (left == nullptr) left = store_as<order>(a, project_extents<order>(a.shape())).view.data();
    const auto multiply = [&](const auto& right) {
      using columns = axes_concat<typename node_type::row_axes, Over>;
      multiply_wide(*ctx_, left, in_panel_order<columns>(right), Over::rank, size, panels,
                    result.data());
    };
    if constexpr (is_plain_view<B>)
      multiply(b.view);
    else
      multiply(store_as<typename B::axes_type>(b, b.shape()).view);
    give_back(mark);
    return leaf<basic_view<const T, typename node_type::axes_type>>{{}, result};
  }

  template <class N>
  static constexpr char tag = 0;
  struct stored_before {
    const void* tag = nullptr;
    const void* node = nullptr;
    std::size_t offset = 0;
  };
  context* ctx_;
  std::byte* memory_;
  std::size_t used_ = 0;
  std::array<stored_before, 16> memory_of_{};
  std::size_t known_ = 0;
};

}  // namespace impl

/// Bytes of the arena that evaluating an expression takes for results between its stages.
template <Operand E>
[[nodiscard]] QX_INLINE std::size_t arena_bytes(const E& e) {
  return impl::need_of(as_node(e)).most;
}

}  // namespace qx::inline QX_ARCH
