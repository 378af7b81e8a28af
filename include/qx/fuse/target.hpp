// SPDX-License-Identifier: MIT
/// \file
/// Destinations, bound like nodes are: positioned on a row, then given sixteen lanes at a time.
#pragma once

#include <qx/fuse/bind.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace qx::inline QX_ARCH {

template <class Target, class Space>
struct bound_target;

namespace impl {
/// Masks are stored as ones and zeros.
template <class P>
[[nodiscard]] QX_INLINE auto storable(P p) {
  if constexpr (std::is_same_v<typename P::value_type, bool>) {
    using L = typename P::lane_type;
    return select(p, simd::pack<L>(L(1)), simd::pack<L>(L(0)));
  } else {
    return p;
  }
}
template <class T, class P, class Lanes>
QX_INLINE void store_lanes(T* at, std::ptrdiff_t stride, P value, Lanes lanes) {
  if (stride == 1) [[likely]] {
    if constexpr (std::is_same_v<Lanes, all_lanes>)
      simd::store(at, value);
    else
      simd::store(at, value, lanes.count);
  } else {
    simd::store_strided(at, stride, value, lanes.count);
  }
}
}  // namespace impl

template <class T, class Axes, class Space>
struct bound_target<basic_view<T, Axes>, Space> {
  T* base;
  space_strides<Axes, Space> steps;
  T* row = nullptr;

  QX_INLINE explicit bound_target(const basic_view<T, Axes>& v)
      : base(v.data()), steps(v.steps()) {}
  QX_INLINE void begin(const row_index<Space::outer_rank>& r) { row = base + steps.offset(r); }
  [[nodiscard]] QX_INLINE bool dense() const { return !steps.has_inner || steps.inner == 1; }
  /// The row as memory to work in, or nullptr where its elements do not lie together.
  [[nodiscard]] QX_INLINE T* whole_row() const {
    return steps.has_inner && steps.inner == 1 ? row : nullptr;
  }
  template <class P, class Lanes>
  QX_INLINE void store(std::size_t j, P value, Lanes lanes) const {
    const std::ptrdiff_t stride = steps.has_inner ? steps.inner : 1;
    impl::store_lanes(row + static_cast<std::ptrdiff_t>(j) * stride, stride, impl::storable(value),
                      lanes);
  }
  template <class P, class Lanes>
  QX_INLINE void add(std::size_t j, P value, Lanes lanes) const {
    const std::ptrdiff_t stride = steps.has_inner ? steps.inner : 1;
    const T* const at = row + static_cast<std::ptrdiff_t>(j) * stride;
    store(j, simd::load_strided(at, stride, lanes.count) + value, lanes);
  }
};

/// The element type is looked at once for sixteen lanes.
template <class Axes, class Space>
struct bound_target<basic_ref<std::byte, Axes>, Space> {
  std::byte* base;
  dtype type;
  space_strides<Axes, Space> steps;
  std::ptrdiff_t offset = 0;

  QX_INLINE explicit bound_target(const basic_ref<std::byte, Axes>& v)
      : base(v.data()), type(v.type()), steps(v.steps()) {}
  QX_INLINE void begin(const row_index<Space::outer_rank>& r) { offset = steps.offset(r); }
  template <class P, class Lanes>
  QX_INLINE void store(std::size_t j, P value, Lanes lanes) const {
    const std::ptrdiff_t stride = steps.has_inner ? steps.inner : 1;
    const std::ptrdiff_t at = offset + static_cast<std::ptrdiff_t>(j) * stride;
    const auto number = impl::storable(value);
    if (type == dtype::f16)
      impl::store_lanes(reinterpret_cast<f16*>(base) + at, stride, number, lanes);
    else if (type == dtype::bf16)
      impl::store_lanes(reinterpret_cast<bf16*>(base) + at, stride, number, lanes);
    else
      impl::store_lanes(reinterpret_cast<float*>(base) + at, stride, number, lanes);
  }
};

/// Rows by number: the first axis of the target is looked up.
template <class Target, auto Along, scatter_as How, class Space>
struct bound_target<scatter<Target, Along, How>, Space> {
  using inner_axes = typename Target::axes_type;
  bound_target<Target, Space> target;
  std::span<const std::int32_t> rows;
  std::ptrdiff_t row_step;
  static constexpr std::size_t along = Space::outer_axes::find(decltype(Along)::name);
  static_assert(along != npos, "qx: the scattered axis must be an outer axis of the expression");

  QX_INLINE explicit bound_target(const scatter<Target, Along, How>& s)
      : target(s.target), rows(s.rows), row_step(s.target.steps()[0]) {
    target.steps.outer[along] = 0;  // looked up in `rows`, also where both axes have one name
  }
  QX_INLINE void begin(const row_index<Space::outer_rank>& r) {
    target.begin(r);
    const std::ptrdiff_t jump = static_cast<std::ptrdiff_t>(rows[r[along]]) * row_step;
    if constexpr (requires { target.row; })
      target.row += jump;
    else
      target.offset += jump;
  }
  template <class P, class Lanes>
  QX_INLINE void store(std::size_t j, P value, Lanes lanes) const {
    if constexpr (How == scatter_as::added)
      target.add(j, value, lanes);
    else
      target.store(j, value, lanes);
  }
};

/// The axes and sizes that a destination asks an expression for.
template <class T, class A>
[[nodiscard]] QX_INLINE const extents<A>& target_shape(const basic_view<T, A>& v) {
  return v.shape();
}
template <class A>
[[nodiscard]] QX_INLINE const extents<A>& target_shape(const basic_ref<std::byte, A>& v) {
  return v.shape();
}
template <class Target, auto Along, scatter_as How>
[[nodiscard]] QX_INLINE auto target_shape(const scatter<Target, Along, How>& s) {
  using list = typename scatter<Target, Along, How>::axes_type;
  std::array<std::size_t, list::rank> sizes = s.target.shape().sizes();
  // By number: GCC does not always inline the end of a span, and its copy would belong to one arch.
  for (std::size_t i = 0; i < s.rows.size(); ++i)
    if (s.rows[i] < 0 || static_cast<std::size_t>(s.rows[i]) >= s.target.shape()[0])
      throw_no_row(Target::axes_type::names[0], s.rows[i], s.target.shape()[0]);
  sizes[0] = s.rows.size();
  return extents<list>(sizes);
}

template <class Axes>
[[nodiscard]] QX_INLINE const extents<Axes>& target_shape(const block_target<Axes>& t) {
  return t.blocks->shape();
}

namespace impl {
template <class Target>
using stage_axes =
    typename std::remove_cvref_t<decltype(target_shape(std::declval<const Target&>()))>::axes_type;
}  // namespace impl

/// Whether V may be stored as T without a cast: 16-bit floats are a storage format of float.
template <class T, class V>
inline constexpr bool stores = std::is_same_v<V, bool> || std::is_same_v<computed_t<T>, V> ||
                               (std::is_same_v<T, double> && std::is_same_v<V, float>);

/// The element type of a destination; 16-bit floats of run-time type count as float.
template <class Target>
struct target_element {
  using type = float;
};
template <class T, class A>
struct target_element<basic_view<T, A>> {
  using type = T;
};
template <class Target, auto Along, scatter_as How>
struct target_element<scatter<Target, Along, How>> : target_element<Target> {};
template <class Target>
inline constexpr bool adds_rows = false;
template <class Target, auto Along>
inline constexpr bool adds_rows<scatter<Target, Along, scatter_as::added>> = true;

template <class Target, class Expr>
inline constexpr bool target_stores =
    stores<typename target_element<Target>::type, typename Expr::value_type>;

}  // namespace qx::inline QX_ARCH
