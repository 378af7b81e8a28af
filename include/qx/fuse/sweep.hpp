// SPDX-License-Identifier: MIT
/// \file
/// Reductions: one sweep along an axis when a row begins, its result kept for the row. A lazy
/// reduction is never evaluated again under a broadcast.
#pragma once

#include <qx/fuse/price.hpp>
#include <qx/fuse/row_sweep.hpp>

#include <cstddef>

namespace qx::inline QX_ARCH {

namespace impl {

/// Tells when a row of an operand must be computed anew: rows that differ only in axes that the
/// operand does not have share their results.
template <class List, class Space>
class row_watch {
 public:
  QX_INLINE bool moves(const row_index<Space::outer_rank>& r) {
    bool same = !fresh_;
    for (std::size_t i = 0; i < Space::outer_rank; ++i)
      if (positions<List, typename Space::outer_axes>[i] != npos) same = same && r[i] == last_[i];
    fresh_ = false;
    last_ = r;
    return !same;
  }

 private:
  row_index<Space::outer_rank> last_{};
  bool fresh_ = true;
};

/// How a reduction walks, seen from the space that its result is used in.
enum class walk {
  along_inner,  ///< the reduced axis is the inner one: one value a row
  along_row,    ///< the reduced axis becomes the inner one of the child's own space
  columns,      ///< rows are added up lane by lane: one value for each inner element
};

template <class Space, class ChildAxes, auto Axis>
consteval walk walk_of() {
  if (same_axis<Axis, Space::inner_axis>) return walk::along_inner;
  return ChildAxes::find(Space::inner_axis.name) == npos ? walk::along_row : walk::columns;
}

}  // namespace impl

/// The statistic of one reduction; `Finish` turns a state and a count into what is kept.
template <class Monoid, auto Axis, class Child, class Space, class Finish>
struct bound_statistic {
  static constexpr impl::walk how = impl::walk_of<Space, typename Child::axes_type, Axis>();
  static constexpr bool by_columns = how == impl::walk::columns;
  using outer_rest = axes_without<typename Space::outer_axes, axes<Axis>>;
  using child_space = std::conditional_t<
      how == impl::walk::along_inner, Space,
      std::conditional_t<by_columns, space<axes_concat<outer_rest, axes<Axis>>, Space::inner_axis>,
                         space<outer_rest, Axis>>>;
  using split = std::conditional_t<by_columns, impl::monoid_operand<void, Axis, Child>,
                                   impl::monoid_operand<Monoid, Axis, Child>>;
  using child_type = bound<typename split::operand, child_space>;
  using V = decltype(std::declval<const child_type&>().load(0, all_lanes{}));
  using T = typename V::value_type;
  using state_v = typename Monoid::template state<V>;
  using kept_one = decltype(std::declval<const Finish&>()(
      std::declval<typename Monoid::template state<T>>(), std::size_t{}));
  using kept_v = decltype(std::declval<const Finish&>()(std::declval<state_v>(), std::size_t{}));

  child_type child;
  [[no_unique_address]] impl::bound_factor<split, child_space> factor;
  Finish finish;
  std::size_t count;
  std::size_t inner;
  kept_one kept{};
  state_v* states = nullptr;
  kept_v* columns = nullptr;
  impl::row_watch<typename Child::axes_type, child_space> watch;

  QX_INLINE bound_statistic(const Child& n, const Space& s, binder& b, Finish f)
      : child(split::operand_of(n), make_space(n, s), b), factor(n, make_space(n, s), b), finish(f),
        count(extent_of(n)), inner(s.inner) {
    if constexpr (requires { Monoid::template most_elements<T>; })
      if (count > Monoid::template most_elements<T>)
        throw_out_of_range(decltype(Axis)::name, 0, count, Monoid::template most_elements<T>);
    if constexpr (by_columns) {
      const std::size_t packs = (s.inner + simd::lanes - 1) / simd::lanes;
      states = b.template take_array<state_v>(packs);
      columns = b.template take_array<kept_v>(packs);
    }
  }

  [[nodiscard]] QX_INLINE static std::size_t extent_of(const Child& n) {
    return n.shape()[Child::axes_type::find(decltype(Axis)::name)];
  }
  [[nodiscard]] QX_INLINE static child_space make_space(const Child& n, const Space& s) {
    if constexpr (how == impl::walk::along_inner) {
      child_space c = s;
      c.inner = extent_of(n);  // the operand's own, which nothing else has to agree with
      return c;
    } else {
      child_space c;
      for (std::size_t i = 0; i < outer_rest::rank; ++i)
        c.outer[i] = s.outer[positions<typename Space::outer_axes, outer_rest>[i]];
      if constexpr (by_columns) {
        c.outer[outer_rest::rank] = extent_of(n);
        c.inner = s.inner;
      } else {
        c.inner = extent_of(n);
      }
      return c;
    }
  }

  QX_INLINE void begin(const row_index<Space::outer_rank>& r) {
    row_index<child_space::outer_rank> c{};
    if constexpr (how == impl::walk::along_inner)
      c = r;
    else
      for (std::size_t i = 0; i < outer_rest::rank; ++i)
        c[i] = r[positions<typename Space::outer_axes, outer_rest>[i]];
    if (watch.moves(c)) recompute(c);
  }

  /// The statistic for elements j … j+15 of the row; one number where it is the same for all.
  [[nodiscard]] QX_INLINE decltype(auto) value([[maybe_unused]] std::size_t j) const {
    if constexpr (by_columns)
      return static_cast<const kept_v&>(columns[j / simd::lanes]);
    else
      return static_cast<const kept_one&>(kept);
  }

 private:
  QX_INLINE void recompute(row_index<child_space::outer_rank> c) {
    if constexpr (!by_columns) {
      child.begin(c);
      factor.begin(c);
      kept = finish(impl::sweep_row<Monoid, split>(child, factor.value(), count), count);
    } else {
      const std::size_t packs = (inner + simd::lanes - 1) / simd::lanes;
      for (std::size_t p = 0; p < packs; ++p)
        states[p] = Monoid::template start<V>();
      for (std::size_t i = 0; i < count; ++i) {
        c[outer_rest::rank] = i;
        child.begin(c);
        const V index(static_cast<monoid::element_t<T>>(i));
        std::size_t j = 0;
        for (; j + simd::lanes <= inner; j += simd::lanes)
          Monoid::step(states[j / simd::lanes], child.load(j, all_lanes{}), index);
        if (j < inner)
          Monoid::step(states[j / simd::lanes], child.load(j, first_lanes{inner - j}), index);
      }
      for (std::size_t p = 0; p < packs; ++p)
        columns[p] = finish(states[p], count);
    }
  }
};

namespace impl {
template <class Monoid>
struct finish_monoid {
  template <class S>
  [[nodiscard]] QX_INLINE auto operator()(const S& s, std::size_t count) const {
    return Monoid::finish(s, count);
  }
};
}  // namespace impl

template <class Monoid, auto Axis, class Child, class Space>
struct bound<reduce_node<Monoid, Axis, Child>, Space> {
  bound_statistic<Monoid, Axis, Child, Space, impl::finish_monoid<Monoid>> statistic;

  QX_INLINE bound(const reduce_node<Monoid, Axis, Child>& n, const Space& s, binder& b)
      : statistic(n.child, s, b, {}) {}
  QX_INLINE void begin(const row_index<Space::outer_rank>& r) { statistic.begin(r); }
  template <class Lanes>
  [[nodiscard]] QX_INLINE auto load(std::size_t j, Lanes) const {
    const auto& v = statistic.value(j);
    if constexpr (Scalar<decltype(v)>)
      return simd::pack<std::remove_cvref_t<decltype(v)>>(v);
    else
      return v;
  }
};

}  // namespace qx::inline QX_ARCH
