// SPDX-License-Identifier: MIT
/// \file
/// Renamed axes, slices, padding and concatenation, bound to a space: along an outer axis the row
/// is another one, along the inner axis the lanes begin at another place.
#pragma once

#include <qx/core/bundle.hpp>
#include <qx/fuse/row_buffer.hpp>

#include <cstddef>
#include <utility>

namespace qx::inline QX_ARCH {

namespace impl {

/// The space in which the operand of a renaming lives: the two names have changed places, so that
/// an axis of the old name that others brought along is out of the way.
template <auto From, auto To, auto A>
consteval auto exchanged() {
  if constexpr (same_axis<A, To>)
    return From;
  else if constexpr (same_axis<A, From>)
    return To;
  else
    return A;
}
template <auto From, auto To, class Space>
struct renamed_space;
template <auto From, auto To, auto... Outer, auto Inner>
struct renamed_space<From, To, space<axes<Outer...>, Inner>> {
  using type = space<axes<exchanged<From, To, Outer>()...>, exchanged<From, To, Inner>()>;
};

}  // namespace impl

template <auto From, auto To, class Child, class Space>
struct bound<rename_node<From, To, Child>, Space> {
  using child_space = typename impl::renamed_space<From, To, Space>::type;
  bound<Child, child_space> child;
  QX_INLINE bound(const rename_node<From, To, Child>& n, const Space& s, binder& b)
      : child(n.child, child_space{s.outer, s.inner}, b) {}
  QX_INLINE void begin(const row_index<Space::outer_rank>& r) { child.begin(r); }
  template <class Lanes>
  [[nodiscard]] QX_INLINE auto load(std::size_t j, Lanes lanes) const {
    return child.load(j, lanes);
  }
};

template <auto Axis, class Child, class Space>
struct bound<slice_node<Axis, Child>, Space> {
  static constexpr bool inner = same_axis<Axis, Space::inner_axis>;
  static constexpr std::size_t at = Space::outer_axes::template index_of<Axis>;
  using row_type = std::conditional_t<inner, impl::placed<Child, Space>, bound<Child, Space>>;
  row_type child;
  std::size_t first;
  std::size_t step;

  QX_INLINE bound(const slice_node<Axis, Child>& n, const Space& s, binder& b)
      : child(n.child, impl::resized<Axis>(s, n.child.shape()[impl::along_one<Child, Axis>::at]),
              b),
        first(n.first), step(n.step) {}
  QX_INLINE void begin(row_index<Space::outer_rank> r) {
    if constexpr (!inner) r[at] = first + step * r[at];
    child.begin(r);
  }
  template <class Lanes>
  [[nodiscard]] QX_INLINE auto load(std::size_t j, Lanes lanes) const {
    if constexpr (!inner) {
      return child.load(j, lanes);
    } else {
      using T = typename row_type::value_type;
      if (step == 1) return child.load(first + j, lanes);
      alignas(64) T out[simd::lanes] = {};
      for (std::size_t i = 0; i < lanes.count; ++i)
        out[i] = child.one(first + (j + i) * step);
      return simd::pack<T>::load(out);
    }
  }
};

/// Elements by number: another row of the operand, or another lane of it.
template <auto Along, auto To, class Child, class Space>
struct bound<pick_node<Along, To, Child>, Space> {
  static constexpr bool inner = same_axis<To, Space::inner_axis>;
  static constexpr std::size_t at = Space::outer_axes::template index_of<To>;
  using child_space = typename impl::renamed_space<Along, To, Space>::type;
  using row_type =
      std::conditional_t<inner, impl::placed<Child, child_space>, bound<Child, child_space>>;
  row_type child;
  const std::int32_t* places;

  QX_INLINE bound(const pick_node<Along, To, Child>& n, const Space& s, binder& b)
      : child(n.child,
              impl::resized<Along>(child_space{s.outer, s.inner},
                                   n.child.shape()[pick_node<Along, To, Child>::at]),
              b),
        places(n.places.data()) {}
  QX_INLINE void begin(row_index<Space::outer_rank> r) {
    if constexpr (!inner) r[at] = static_cast<std::size_t>(places[r[at]]);
    child.begin(r);
  }
  template <class Lanes>
  [[nodiscard]] QX_INLINE auto load(std::size_t j, Lanes lanes) const {
    if constexpr (!inner) {
      return child.load(j, lanes);
    } else {
      using T = typename row_type::value_type;
      alignas(64) T out[simd::lanes] = {};
      for (std::size_t i = 0; i < lanes.count; ++i)
        out[i] = child.one(static_cast<std::size_t>(places[j + i]));
      return simd::pack<T>::load(out);
    }
  }
};

/// Padding is one operand with a value around it.
template <auto Axis, class Child, class Space>
struct bound<pad_node<Axis, Child>, Space> {
  static constexpr bool inner = same_axis<Axis, Space::inner_axis>;
  static constexpr std::size_t at = Space::outer_axes::template index_of<Axis>;
  using row_type = impl::placed<Child, Space>;
  using T = typename row_type::value_type;
  row_type child;
  std::size_t before;
  std::size_t extent;
  T value;
  bool inside = true;

  QX_INLINE bound(const pad_node<Axis, Child>& n, const Space& s, binder& b)
      : child(n.child, impl::resized<Axis>(s, n.child.shape()[impl::along_one<Child, Axis>::at]),
              b),
        before(n.before), extent(n.child.shape()[impl::along_one<Child, Axis>::at]),
        value(n.value) {}
  QX_INLINE void begin(row_index<Space::outer_rank> r) {
    if constexpr (inner) {
      if (extent != 0) child.begin(r);
    } else {
      inside = r[at] >= before && r[at] - before < extent;
      if (!inside) return;
      r[at] -= before;
      child.begin(r);
    }
  }
  template <class Lanes>
  [[nodiscard]] QX_INLINE simd::pack<T> load(std::size_t j, Lanes lanes) const {
    if constexpr (!inner) {
      return inside ? child.load(j, lanes) : simd::pack<T>(value);
    } else {
      if (j >= before && j + lanes.count <= before + extent) return child.load(j - before, lanes);
      if (j + lanes.count <= before || j >= before + extent) return simd::pack<T>(value);
      alignas(64) T out[simd::lanes] = {};
      for (std::size_t i = j; i < j + lanes.count; ++i)
        out[i - j] = i >= before && i < before + extent ? child.one(i - before) : value;
      return simd::pack<T>::load(out);
    }
  }
};

template <auto Axis, class... C, class Space>
struct bound<concat_node<Axis, C...>, Space> {
  using node = concat_node<Axis, C...>;
  static constexpr bool inner = same_axis<Axis, Space::inner_axis>;
  static constexpr std::size_t at = Space::outer_axes::template index_of<Axis>;
  using T = simd::lane_t<typename node::value_type>;
  bundle<impl::placed<C, Space>...> children;
  std::array<std::size_t, sizeof...(C) + 1> ends{};  ///< where each begins, and the whole ends
  std::size_t which = 0;

  QX_INLINE bound(const node& n, const Space& s, binder& b)
      : bound(n, s, b, std::index_sequence_for<C...>{}) {}
  template <std::size_t... I>
  QX_INLINE bound(const node& n, const Space& s, binder& b, std::index_sequence<I...>)
      : children{impl::placed<C, Space>(get<I>(n.children),
                                        impl::resized<Axis>(s, node::extent_of(get<I>(n.children))),
                                        b)...} {
    ((ends[I + 1] = ends[I] + node::extent_of(get<I>(n.children))), ...);
  }
  QX_INLINE void begin(row_index<Space::outer_rank> r) {
    if constexpr (inner) {
      each([&](auto& c, std::size_t i) QX_INLINE_LAMBDA {
        if (ends[i] != ends[i + 1]) c.begin(r);
      });
    } else {
      which = 0;
      while (r[at] >= ends[which + 1])
        ++which;
      r[at] -= ends[which];
      each([&](auto& c, std::size_t i) QX_INLINE_LAMBDA {
        if (i == which) c.begin(r);
      });
    }
  }
  /// The whole row, operand by operand: no pack has to ask whose it is.
  template <class Target>
    requires inner
  QX_INLINE void run_parts(const Target& t, std::size_t) const {
    each([&](const auto& c, std::size_t i) QX_INLINE_LAMBDA {
      const std::size_t first = ends[i];
      const std::size_t last = ends[i + 1];
      if (impl::copies_row(c, t, 0, first, last - first)) return;
      std::size_t j = first;
      for (; j + simd::lanes <= last; j += simd::lanes)
        t.store(j, c.load(j - first, all_lanes{}), all_lanes{});
      if (j < last) t.store(j, c.load(j - first, first_lanes{last - j}), first_lanes{last - j});
    });
  }
  template <class Lanes>
  [[nodiscard]] QX_INLINE simd::pack<T> load(std::size_t j, Lanes lanes) const {
    simd::pack<T> whole(T(0));
    bool found = false;
    if constexpr (!inner) {
      each([&](const auto& c, std::size_t i) QX_INLINE_LAMBDA {
        if (i == which) whole = c.load(j, lanes);
      });
      return whole;
    } else {
      each([&](const auto& c, std::size_t i) QX_INLINE_LAMBDA {
        if (found || j < ends[i] || j + lanes.count > ends[i + 1]) return;
        whole = c.load(j - ends[i], lanes);
        found = true;
      });
      return found ? whole : seam(j, lanes.count);
    }
  }

 private:
  /// Lanes of several operands.
  [[nodiscard]] simd::pack<T> seam(std::size_t j, std::size_t count) const {
    alignas(64) T out[simd::lanes] = {};
    each([&](const auto& c, std::size_t i) {
      for (std::size_t k = j < ends[i] ? ends[i] : j; k < j + count && k < ends[i + 1]; ++k)
        out[k - j] = c.one(k - ends[i]);
    });
    return simd::pack<T>::load(out);
  }
  template <class F>
  QX_INLINE void each(F f) {
    [&]<std::size_t... I>(std::index_sequence<I...>)
        QX_INLINE_LAMBDA { (f(get<I>(children), I), ...); }(std::index_sequence_for<C...>{});
  }
  template <class F>
  QX_INLINE void each(F f) const {
    [&]<std::size_t... I>(std::index_sequence<I...>)
        QX_INLINE_LAMBDA { (f(get<I>(children), I), ...); }(std::index_sequence_for<C...>{});
  }
};

}  // namespace qx::inline QX_ARCH
