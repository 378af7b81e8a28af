// SPDX-License-Identifier: MIT
/// \file
/// Functions of whole axes and random numbers, bound to a space. Along the inner axis a row is
/// computed when it begins; along an outer axis all rows of it are computed together when the first
/// one begins.
#pragma once

#include <qx/expr/along.hpp>
#include <qx/expr/random.hpp>
#include <qx/fuse/row_buffer.hpp>

#include <cstddef>

namespace qx::inline QX_ARCH {

template <class F, auto Axis, auto Out, class Child, class Space>
struct bound<along_node<F, Axis, Out, Child>, Space> {
  using node = along_node<F, Axis, Out, Child>;
  using T = simd::lane_t<typename Child::value_type>;
  using R = simd::lane_t<typename node::value_type>;
  static constexpr bool inner = same_axis<Out, Space::inner_axis>;
  /// Whether each element of the inner axis has an axis of its own to look along.
  static constexpr bool columns = !inner && !same_axis<Axis, Space::inner_axis> &&
                                  Child::axes_type::find(Space::inner_axis.name) != npos;
  using rest = axes_without<typename Space::outer_axes, axes<Out, Axis>>;
  using child_outer = std::conditional_t<columns, axes_concat<rest, axes<Space::inner_axis>>, rest>;
  using child_space = space<child_outer, Axis>;
  static constexpr std::size_t at = Space::outer_axes::template index_of<Out>;

  bound<Child, child_space> child;
  F function;
  std::size_t n;       ///< elements that go in
  std::size_t m;       ///< elements that come out
  std::size_t width;   ///< columns that are kept side by side
  std::size_t stride;  ///< from one row of the result to the next
  T* in;
  R* out;
  R* kept;  ///< [m, width] of an outer axis
  row_index<child_space::outer_rank> last{};
  std::size_t row = 0;
  bool fresh = true;

  QX_INLINE bound(const node& e, const Space& s, binder& b)
      : child(e.child, make_space(e, s), b), function(e.function), n(e.child.shape()[node::at]),
        m(function.extent(n)), width(columns ? s.inner : 1),
        stride(width == 1 ? 1 : width + simd::lanes), in(b.template take_array<T>(n + simd::lanes)),
        out(b.template take_array<R>(m + simd::lanes)),
        kept(inner ? out : b.template take_array<R>(m * stride)) {}

  [[nodiscard]] QX_INLINE static child_space make_space(const node& e, const Space& s) {
    child_space c;
    for (std::size_t i = 0; i < rest::rank; ++i)
      c.outer[i] = s.outer[positions<typename Space::outer_axes, rest>[i]];
    if constexpr (columns) c.outer[rest::rank] = s.inner;
    c.inner = e.child.shape()[node::at];
    return c;
  }
  QX_INLINE void begin(const row_index<Space::outer_rank>& r) {
    row_index<child_space::outer_rank> c{};
    for (std::size_t i = 0; i < rest::rank; ++i)
      c[i] = r[positions<typename Space::outer_axes, rest>[i]];
    if constexpr (!inner) row = r[at];
    if (!fresh && unchanged(c)) return;
    fresh = false;
    last = c;
    for (std::size_t column = 0; column < width; ++column) {
      if constexpr (columns) c[rest::rank] = column;
      child.begin(c);
      run_row(child, impl::row_target<T>{in}, 0, n);
      function.apply(in, n, out, m);
      if constexpr (!inner)
        for (std::size_t i = 0; i < m; ++i)
          kept[i * stride + column] = out[i];
    }
  }
  template <class Lanes>
  [[nodiscard]] QX_INLINE simd::pack<R> load(std::size_t j, Lanes lanes) const {
    if constexpr (inner)
      return load_lanes(out + j, lanes);
    else if constexpr (columns)
      return load_lanes(kept + row * stride + j, lanes);
    else
      return simd::pack<R>(kept[row * stride]);
  }

 private:
  /// Rows that differ only in axes that the operand does not have share the result.
  [[nodiscard]] QX_INLINE bool unchanged(const row_index<child_space::outer_rank>& c) const {
    bool same = true;
    for (std::size_t i = 0; i < rest::rank; ++i)
      if (positions<typename Child::axes_type, rest>[i] != npos) same = same && c[i] == last[i];
    return same;
  }
};

template <class Axes, class Space>
struct bound<random_node<Axes>, Space> {
  std::uint64_t seed;
  space_strides<Axes, Space> steps;
  std::uint64_t first = 0;
  QX_INLINE bound(const random_node<Axes>& n, const Space&, binder&)
      : seed(n.seed), steps(row_major<Axes::rank>(n.size.sizes())) {}
  QX_INLINE void begin(const row_index<Space::outer_rank>& r) {
    first = static_cast<std::uint64_t>(steps.offset(r));
  }
  template <class Lanes>
  [[nodiscard]] QX_INLINE simd::pack<float> load(std::size_t j, Lanes) const {
    alignas(64) float out[simd::lanes];
    for (std::size_t i = 0; i < simd::lanes; ++i)
      out[i] = random_number(seed, first + (j + i) * static_cast<std::uint64_t>(steps.inner));
    return simd::pack<float>::load(out);
  }
};

}  // namespace qx::inline QX_ARCH
