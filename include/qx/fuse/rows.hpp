// SPDX-License-Identifier: MIT
/// \file
/// The driver of expressions without a matmul: row by row, each row in as many sweeps as the plan
/// says, rows split among the threads.
#pragma once

#include <qx/core/bundle.hpp>
#include <qx/fuse/along.hpp>
#include <qx/fuse/decoded.hpp>
#include <qx/fuse/kept.hpp>
#include <qx/fuse/plan.hpp>
#include <qx/fuse/rope.hpp>
#include <qx/fuse/rowwise.hpp>
#include <qx/fuse/small.hpp>
#include <qx/fuse/traverse.hpp>
#include <qx/fuse/turned.hpp>
#include <qx/fuse/window.hpp>

#include <cstddef>

namespace qx::inline QX_ARCH {

namespace impl {

template <class A, class B>
using merge_axes = axes_concat<A, axes_without<B, A>>;
template <class First, class... Rest>
struct merged {
  using type = First;
};
template <class A, class B, class... Rest>
struct merged<A, B, Rest...> {
  using type = typename merged<merge_axes<A, B>, Rest...>::type;
};

/// The row axes of an epilogue's matmuls, which all have the same; none where it has no matmul.
template <class N, class Operands = typename operands<N>::type>
struct tile_rows;
template <class N, class... C>
struct tile_rows<N, bundle<C...>> {
  using type = typename merged<axes<>, typename tile_rows<C>::type...>::type;
};
template <class W, class C>
struct tile_rows<matmul_node<W, C>, bundle<C>> {
  using type = typename matmul_node<W, C>::row_axes;
};
template <class N, class... C>
  requires requires { N::stages; }
struct tile_rows<N, bundle<C...>> {
  using type = axes<>;
};

/// Whether a norm is taken within a tile, which holds the last of several row axes whole: the heads
/// of a projection.
template <class N>
inline constexpr bool norms_in_tile = false;
template <class R, auto A, class C>
inline constexpr bool norms_in_tile<rowwise_node<R, A, C>> =
    tile_rows<C>::type::rank > 1 && same_axis<A, last_axis<typename tile_rows<C>::type>>;

/// The axis that a node looks along, which its member `axis` names.
template <class N>
struct own_axis {
  using type = axes<>;
};
template <class N>
  requires(requires { N::axis; } && !norms_in_tile<N>)
struct own_axis<N> {
  using type = axes<N::axis>;
};

/// The axes that reductions and functions of whole axes of an expression run over.
template <class N, class Operands = typename operands<N>::type>
struct reduced_axes;
template <class N, class... C>
struct reduced_axes<N, bundle<C...>> {
  using type =
      typename merged<axes<>, typename reduced_axes<C>::type..., typename own_axis<N>::type>::type;
};
template <class W, class C>
struct reduced_axes<matmul_node<W, C>, bundle<C>> {
  using type = axes<>;
};
/// What is computed whole before the first row.
template <class Over, class A, class B, class... C>
struct reduced_axes<small_contract_node<Over, A, B>, bundle<C...>> {
  using type = axes<>;
};
/// What is evaluated by stages of its own before.
template <class N, class... C>
  requires requires { N::stages; }
struct reduced_axes<N, bundle<C...>> {
  using type = axes<>;
};

/// Axes of the target along which some statistic stays the same, because what it is taken of does
/// not have them.
template <class N, class Target, class Operands = typename operands<N>::type>
struct constant_axes;
template <class N, class Target, class... C>
struct constant_axes<N, Target, bundle<C...>> {
  using of_children = typename merged<axes<>, typename constant_axes<C, Target>::type...>::type;
  template <class M>
  static consteval auto own() {
    if constexpr (own_axis<M>::type::rank == 0 && !stays_same<M>)
      return axes<>{};
    else
      return axes_without<Target, typename M::axes_type>{};
  }
  using type = merge_axes<of_children, decltype(own<N>())>;
};

/// Whether a reduction eats the last axis of its operand and gives each element of the target a
/// value of its own: then each element is a row of its own, so that sweeps run along memory.
template <class N, class Target, class Operands = typename operands<N>::type>
struct ends_rows;
template <class N, class Target, class... C>
struct ends_rows<N, Target, bundle<C...>> {
  static constexpr bool value = (ends_rows<C, Target>::value || ...);
};
template <class M, auto A, class C, class Target>
struct ends_rows<reduce_node<M, A, C>, Target, bundle<C>> {
  static constexpr bool value =
      (Target::find(decltype(A)::name) == npos && same_axis<A, last_axis<typename C::axes_type>> &&
       includes_axes<typename C::axes_type, Target>) ||
      ends_rows<C, Target>::value;
};

/// Outer axes along which a statistic stays the same come last, so that rows that share it follow
/// each other and it is computed once.
template <class Outer, class Reduced>
using shared_last =
    axes_concat<axes_without<Outer, Reduced>, axes_without<Outer, axes_without<Outer, Reduced>>>;

template <class Expr, class TargetAxes>
struct row_space {
  static constexpr bool single = TargetAxes::rank == 0 || ends_rows<Expr, TargetAxes>::value;
  using outer = std::conditional_t<single, TargetAxes, typename all_but_last<TargetAxes>::type>;
  static constexpr auto pick_inner() {
    if constexpr (single)
      return no_axis;
    else
      return last_axis<TargetAxes>;
  }
  using shared =
      merge_axes<typename reduced_axes<Expr>::type, typename constant_axes<Expr, TargetAxes>::type>;
  using type = space<shared_last<outer, shared>, pick_inner()>;
};

template <class Space, class Shape>
[[nodiscard]] QX_INLINE Space make_space(const Shape& shape) {
  using list = typename Shape::axes_type;
  Space s;
  for (std::size_t i = 0; i < Space::outer_rank; ++i)
    s.outer[i] = shape[positions<list, typename Space::outer_axes>[i]];
  constexpr std::size_t inner = list::find(Space::inner_axis.name);
  if constexpr (inner != npos) s.inner = shape[inner];
  return s;
}

}  // namespace impl

/// One assignment, ready to be run in pieces.
template <class Target, class Expr>
class row_stage {
 public:
  using target_axes = typename std::remove_cvref_t<decltype(target_shape(
      std::declval<const Target&>()))>::axes_type;
  using space_type = typename impl::row_space<Expr, target_axes>::type;
  static_assert(!adds_rows<Target>,
                "qx: add_rows() takes the rows of a matmul: scatter_add() takes any");

  QX_INLINE row_stage(const Target& target, const Expr& e) : target_(target), expr_(&e) {
    const auto shape = target_shape(target);
    (void)join_extents<target_axes>(shape, e.shape());
    space_ = impl::make_space<space_type>(shape);
  }

  /// Rows, or packs of the one row when nothing needs the whole of it.
  [[nodiscard]] QX_INLINE std::size_t units() const {
    return splits_inner() ? inner_units() : space_.rows();
  }
  /// What running it costs, in elements read or stored; see `price_of_element`.
  [[nodiscard]] QX_INLINE std::size_t price() const {
    const std::size_t stored = space_.rows() * space_.inner;
    if constexpr (impl::is_elementwise<Expr>)
      return stored * impl::price_of_element<Expr>;
    else
      return impl::widest(*expr_, stored) * impl::price_of_element<Expr>;
  }
  [[nodiscard]] QX_INLINE std::size_t scratch(const kernel::table& kernels) const {
    return scratch(binder(&kernels));
  }
  [[nodiscard]] QX_INLINE std::size_t scratch(binder count) const {
    (void)bound<Expr, space_type>(*expr_, space_, count);
    return count.used();
  }
  /// One copy of the loops, whether threads share them or not.
  [[gnu::noinline]] void run(const kernel::table& kernels, std::byte* memory, std::size_t first,
                             std::size_t last) const {
    run(binder(&kernels, memory), first, last);
  }
  QX_INLINE void run(binder b, std::size_t first, std::size_t last) const {
    if (first >= last || space_.inner == 0) return;
    if constexpr (impl::is_small_product<Target, Expr>)
      if (first == 0 && last == units() && target_.contiguous())
        return impl::small_product<Expr>(*expr_, b).compute(target_.data());
    if (splits_inner()) {
      if constexpr (decltype(space_type::inner_axis)::is_static)
        return run_pieces(b, first, last);
      else
        return run_pieces_apart(b, first, last);
    }
    bound<Expr, space_type> e(*expr_, space_, b);
    bound_target<Target, space_type> t(target_);
    if constexpr (impl::is_copy<Target, Expr>)
      if (impl::is_turned(t, e)) return impl::copy_turned(t, e, space_, first, last);
    auto r = space_.row(first);
    // The last outer axis by itself: what the others add to addresses does not change meanwhile.
    while (first < last) {
      const std::size_t n = space_.run_from(r) < last - first ? space_.run_from(r) : last - first;
      for (std::size_t k = 0; k < n; ++k)
        one_row(e, t, space_.shifted(r, k));
      first += n;
      space_.advance(r, n);
    }
  }

 private:
  /// A constant where the target's last axis is static: short rows then unroll.
  [[nodiscard]] QX_INLINE std::size_t row_length() const {
    if constexpr (decltype(space_type::inner_axis)::is_static)
      return decltype(space_type::inner_axis)::extent;
    else
      return space_.inner;
  }

  /// Pieces of a single row.
  QX_INLINE void run_pieces(binder b, std::size_t first, std::size_t last) const {
    bound<Expr, space_type> e(*expr_, space_, b);
    bound_target<Target, space_type> t(target_);
    const row_index<space_type::outer_rank> r{};
    e.begin(r);
    t.begin(r);
    run_row(e, t, first * inner_grain,
            last * inner_grain < space_.inner ? last * inner_grain : space_.inner);
  }
  /// By itself, so that no other loop's addresses take the registers of this one.
  [[gnu::noinline]] void run_pieces_apart(binder b, std::size_t first, std::size_t last) const {
    run_pieces(b, first, last);
  }
  template <class E, class T>
  QX_INLINE void one_row(E& e, T& t, const row_index<space_type::outer_rank>& r) const {
    t.begin(r);
    if constexpr (requires { e.begin(r, t.whole_row()); })
      e.begin(r, t.whole_row());  // values that are kept lie where the result will
    else
      e.begin(r);
    if constexpr (requires { e.run_parts(t, row_length()); })
      e.run_parts(t, row_length());
    else
      run_row(e, t, 0, row_length());
  }

  /// A single row is split in pieces of 4096 elements, a page or more of floats.
  static constexpr std::size_t inner_grain = 4096;
  static constexpr bool row_local = impl::reduced_axes<Expr>::type::rank == 0;
  [[nodiscard]] QX_INLINE bool splits_inner() const { return row_local && space_.rows() == 1; }
  [[nodiscard]] QX_INLINE std::size_t inner_units() const {
    return (space_.inner + inner_grain - 1) / inner_grain;
  }

  Target target_;
  const Expr* expr_;
  space_type space_;
};

}  // namespace qx::inline QX_ARCH
