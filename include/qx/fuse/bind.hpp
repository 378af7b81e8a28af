// SPDX-License-Identifier: MIT
/// \file
/// Binding turns a node into something that can be asked for sixteen lanes at a time:
///   `begin(row)` positions it on a row of the space (and runs the sweeps of reductions there),
///   `load(j, lanes)` gives elements j … j+15 of the row, or the first few of them.
#pragma once

#include <qx/core/bundle.hpp>
#include <qx/expr/operators.hpp>
#include <qx/fuse/space.hpp>
#include <qx/simd/math.hpp>
#include <qx/simd/memory.hpp>

#include <cstddef>
#include <type_traits>

namespace qx::inline QX_ARCH {

namespace impl {
template <class N, class Space>
struct own_evaluator {
  static_assert(
      requires { typename N::template evaluator<Space>; },
      "qx: nothing says how this node is evaluated: give it a member template "
      "evaluator<Space> with begin(row) and load(j, lanes)");
  using type = typename N::template evaluator<Space>;
};
}  // namespace impl

/// A node of a user's own brings its evaluator along: `N::evaluator<Space>`, made from the node,
/// the space and a binder.
template <class N, class Space>
struct bound : impl::own_evaluator<N, Space>::type {
  using base = typename impl::own_evaluator<N, Space>::type;
  using base::base;
};

/// Consecutive elements: sixteen, or the first few.
template <class T, class Lanes>
[[nodiscard]] QX_INLINE auto load_lanes(const T* from, Lanes lanes) {
  if constexpr (std::is_same_v<Lanes, all_lanes>)
    return simd::load(from);
  else
    return simd::load(from, lanes.count);
}

/// Whether everything that an operand (or a destination) reads along the inner axis lies together.
/// Asked once before a loop: the compiler then knows it inside, and the loop needs no other way.
template <class B>
[[nodiscard]] QX_INLINE bool is_dense(const B& b) {
  if constexpr (requires { b.dense(); })
    return b.dense();
  else
    return true;
}

/// Elements of a view: contiguous, broadcast or strided along the inner axis.
template <class T, class ViewAxes, class Space>
struct bound_view {
  using strides_type = space_strides<ViewAxes, Space>;
  using pack_type = simd::pack<simd::lane_t<T>>;
  const T* base;
  strides_type steps;
  const T* row = nullptr;

  QX_INLINE bound_view(const T* data, const strides<ViewAxes::rank>& s) : base(data), steps(s) {}
  QX_INLINE void begin(const row_index<Space::outer_rank>& r) { row = base + steps.offset(r); }
  [[nodiscard]] QX_INLINE bool dense() const {
    return !strides_type::has_inner || steps.inner == 1;
  }
  /// The row where it lies, or nullptr where its elements do not lie together.
  [[nodiscard]] QX_INLINE const T* elements() const {
    return strides_type::has_inner && steps.inner == 1 ? row : nullptr;
  }

  /// Truth values become a mask.
  template <class Lanes>
  [[nodiscard]] QX_INLINE auto load(std::size_t j, Lanes lanes) const {
    if constexpr (std::is_same_v<T, bool>)
      return numbers(j, lanes) != pack_type(0);
    else
      return numbers(j, lanes);
  }

 private:
  template <class Lanes>
  [[nodiscard]] QX_INLINE pack_type numbers(std::size_t j, Lanes lanes) const {
    if constexpr (!strides_type::has_inner) {
      return pack_type(static_cast<simd::lane_t<T>>(*row));
    } else {
      if (steps.inner == 1) [[likely]]
        return load_lanes(row + j, lanes);
      return simd::load_strided(row + static_cast<std::ptrdiff_t>(j) * steps.inner, steps.inner,
                                lanes.count);
    }
  }
};

template <class T, class A, class Space>
struct bound<leaf<basic_view<T, A>>, Space> : bound_view<std::remove_const_t<T>, A, Space> {
  QX_INLINE bound(const leaf<basic_view<T, A>>& n, const Space&, binder&)
      : bound_view<std::remove_const_t<T>, A, Space>(n.view.data(), n.view.steps()) {}
};

template <class T, class A, class Space>
struct bound<owned<basic_tensor<T, A>>, Space> : bound_view<T, A, Space> {
  QX_INLINE bound(const owned<basic_tensor<T, A>>& n, const Space&, binder&)
      : bound_view<T, A, Space>(n.tensor.data(), row_major<A::rank>(n.tensor.shape().sizes())) {}
};

template <class B, class A, class Space>
struct bound<ref_leaf<basic_ref<B, A>>, Space> {
  const std::byte* base;
  dtype type;
  std::ptrdiff_t offset = 0;
  space_strides<A, Space> steps;

  QX_INLINE bound(const ref_leaf<basic_ref<B, A>>& n, const Space&, binder&)
      : base(n.ref.data()), type(n.ref.type()), steps(n.ref.steps()) {}
  QX_INLINE void begin(const row_index<Space::outer_rank>& r) { offset = steps.offset(r); }
  template <class Lanes>
  [[nodiscard]] QX_INLINE simd::pack<float> load(std::size_t j, Lanes lanes) const {
    const std::ptrdiff_t at = offset + static_cast<std::ptrdiff_t>(j) * steps.inner;
    const auto from = [&]<class T>(const T* data) QX_INLINE_LAMBDA {
      return steps.inner == 1 ? load_lanes(data + at, lanes)
                              : simd::load_strided(data + at, steps.inner, lanes.count);
    };
    if (type == dtype::f16) return from(reinterpret_cast<const f16*>(base));
    if (type == dtype::bf16) return from(reinterpret_cast<const bf16*>(base));
    return from(reinterpret_cast<const float*>(base));
  }
};

template <class T, class Space>
struct bound<constant<T>, Space> {
  T value;
  QX_INLINE bound(const constant<T>& n, const Space&, binder&) : value(n.value) {}
  QX_INLINE void begin(const row_index<Space::outer_rank>&) {}
  template <class Lanes>
  [[nodiscard]] QX_INLINE auto load(std::size_t, Lanes) const {
    return simd::pack<simd::lane_t<T>>(static_cast<simd::lane_t<T>>(value));
  }
};

/// Packs go in as they are when the operation takes them; else it is applied lane by lane, only to
/// lanes that hold elements, and its parents still see packs.
template <class Op, class Lanes, class... P>
[[nodiscard]] QX_INLINE auto apply_op(const Op& op, Lanes lanes, P... packs) {
  if constexpr (requires { op(packs...); })
    return op(packs...);
  else
    return simd::lanewise_first(lanes.count, op, packs...);
}

/// Operands, each bound where it stays, from left to right: matmul tiles are counted in that order.
/// (A bundle would move them there, through memory where they are large.)
template <class Space, class... Children>
struct bound_operands {
  template <class Tuple, std::size_t I>
  QX_INLINE bound_operands(const Tuple&, const Space&, binder&,
                           std::integral_constant<std::size_t, I>) {}
  template <class F>
  QX_INLINE decltype(auto) apply(F f) const {
    return f();
  }
  QX_INLINE void begin(const row_index<Space::outer_rank>&) {}
};
template <class Space, class First, class... Rest>
struct bound_operands<Space, First, Rest...> {
  bound<First, Space> first;
  [[no_unique_address]] bound_operands<Space, Rest...> rest;

  template <class Tuple, std::size_t I>
  QX_INLINE bound_operands(const Tuple& nodes, const Space& s, binder& b,
                           std::integral_constant<std::size_t, I>)
      : first(get<I>(nodes), s, b),
        rest(nodes, s, b, std::integral_constant<std::size_t, I + 1>{}) {}
  /// f(operands…)
  template <class F>
  QX_INLINE decltype(auto) apply(F f) const {
    if constexpr (sizeof...(Rest) == 0)
      return f(first);
    else if constexpr (sizeof...(Rest) == 1)
      return f(first, rest.first);
    else
      return rest.apply([&](const auto&... others)
                            QX_INLINE_LAMBDA { return f(first, others...); });
  }
  QX_INLINE void begin(const row_index<Space::outer_rank>& r) {
    first.begin(r);
    if constexpr (sizeof...(Rest) != 0) rest.begin(r);
  }
};

template <class Op, class... Children, class Space>
struct bound<map_node<Op, Children...>, Space> {
  [[no_unique_address]] Op op;
  bound_operands<Space, Children...> operands;

  QX_INLINE bound(const map_node<Op, Children...>& n, const Space& s, binder& b)
      : op(n.op), operands(n.children, s, b, std::integral_constant<std::size_t, 0>{}) {}
  QX_INLINE void begin(const row_index<Space::outer_rank>& r) { operands.begin(r); }
  [[nodiscard]] QX_INLINE bool dense() const {
    return operands.apply([](const auto&... c) QX_INLINE_LAMBDA { return (is_dense(c) && ...); });
  }
  template <class Lanes>
  [[nodiscard]] QX_INLINE auto load(std::size_t j, Lanes lanes) const {
    return operands.apply([&](const auto&... c) QX_INLINE_LAMBDA {
      return apply_op(op, lanes, c.load(j, lanes)...);
    });
  }
};

/// The result of a matmul, read from the tile while it is still in the nearest cache.
template <class W, class Child, class Space>
struct bound<matmul_node<W, Child>, Space> {
  using node = matmul_node<W, Child>;
  const tile_view* tile;
  space_strides<typename node::column_axes, Space> column;
  space_strides<typename node::row_axes, Space> row;
  const float* at = nullptr;

  QX_INLINE bound(const node& n, const Space&, binder& b)
      : tile(b.next_tile()),
        column(row_major<node::column_axes::rank>(
            project_extents<typename node::column_axes>(n.child.shape()).sizes())),
        row(row_major<node::row_axes::rank>(
            project_extents<typename node::row_axes>(n.weight.shape).sizes())) {}
  QX_INLINE void begin(const row_index<Space::outer_rank>& r) {
    const auto c = static_cast<std::size_t>(column.offset(r)) - tile->first_column;
    at = tile->data + c * tile->stride;
    at += row.offset(r) - static_cast<std::ptrdiff_t>(tile->first_row);
  }
  template <class Lanes>
  [[nodiscard]] QX_INLINE simd::pack<float> load(std::size_t j, Lanes lanes) const {
    return load_lanes(at + j, lanes);
  }
};

}  // namespace qx::inline QX_ARCH
