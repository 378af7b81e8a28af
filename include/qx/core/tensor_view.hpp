// SPDX-License-Identifier: MIT
/// \file
/// A typed, strided, non-owning view with named axes.
#pragma once

#include <qx/core/extents.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <type_traits>

namespace qx {

/// Strides in elements, outermost axis first.
template <std::size_t Rank>
using strides = std::array<std::ptrdiff_t, Rank>;

/// Row-major strides of contiguous memory.
template <std::size_t Rank>
[[nodiscard]] QX_INLINE constexpr strides<Rank>
row_major(const std::array<std::size_t, Rank>& sizes) {
  strides<Rank> result{};
  std::size_t step = 1;
  for (std::size_t i = Rank; i-- > 0;) {
    result[i] = static_cast<std::ptrdiff_t>(step);
    step *= sizes[i];
  }
  return result;
}

/// Element by element: std::array's own comparison would be a function that two arches share.
template <std::size_t Rank>
[[nodiscard]] QX_INLINE constexpr bool same_steps(const strides<Rank>& a, const strides<Rank>& b) {
  for (std::size_t i = 0; i < Rank; ++i)
    if (a[i] != b[i]) return false;
  return true;
}

template <class T, class Axes>
class basic_view;

/// `tensor_view<const float, token, model>`: [token, model], strides free per axis.
template <class T, auto... As>
using tensor_view = basic_view<T, axes<As...>>;

template <class T, class Axes>
class basic_view {
 public:
  using element_type = T;
  using value_type = std::remove_const_t<T>;
  using axes_type = Axes;
  using extents_type = extents<Axes>;
  static constexpr std::size_t rank = Axes::rank;

  constexpr basic_view() = default;
  /// Contiguous row-major memory of `shape.count()` elements.
  QX_INLINE constexpr basic_view(T* data, const extents_type& shape)
      : data_(data), shape_(shape), strides_(row_major<rank>(shape.sizes())) {}
  QX_INLINE constexpr basic_view(T* data, const extents_type& shape, const strides<rank>& steps)
      : data_(data), shape_(shape), strides_(steps) {}
  /// A view of mutable elements is also one of constant elements.
  template <class U>
    requires(std::is_same_v<const U, T> && !std::is_same_v<U, T>)
  QX_INLINE constexpr basic_view(const basic_view<U, Axes>& other)
      : data_(other.data()), shape_(other.shape()), strides_(other.steps()) {}

  constexpr basic_view(const basic_view&) = default;
  /// Looks elsewhere from now on. Elements are written by `eval(view <<= …)`, of a temporary too.
  constexpr basic_view& operator=(const basic_view&) & = default;
  void operator=(const basic_view&) && = delete;  // to write through it: eval(view <<= x)

  [[nodiscard]] QX_INLINE constexpr T* data() const { return data_; }
  [[nodiscard]] QX_INLINE constexpr const extents_type& shape() const { return shape_; }
  [[nodiscard]] QX_INLINE constexpr const strides<rank>& steps() const { return strides_; }
  [[nodiscard]] QX_INLINE constexpr std::size_t size() const { return shape_.count(); }
  template <auto... As>
  [[nodiscard]] QX_INLINE constexpr std::size_t extent(axis<As...>) const {
    return shape_.template of<axis<As...>{}>();
  }

  [[nodiscard]] QX_INLINE constexpr bool contiguous() const {
    return same_steps(strides_, row_major<rank>(shape_.sizes()));
  }
  /// All elements; the view must be contiguous.
  [[nodiscard]] QX_INLINE constexpr std::span<T> elements() const { return {data_, size()}; }

  /// One index for each axis, in the order of the axes; none of a tensor without axes. Not checked
  /// against the extents.
  template <class... Index>
  [[nodiscard]] QX_INLINE constexpr T& operator[](Index... index) const {
    static_assert(sizeof...(Index) == rank, "qx: an element has as many indices as there are axes");
    const std::array<std::size_t, rank> at{static_cast<std::size_t>(index)...};
    std::ptrdiff_t offset = 0;
    for (std::size_t i = 0; i < rank; ++i)
      offset += static_cast<std::ptrdiff_t>(at[i]) * strides_[i];
    return data_[offset];
  }

  /// Elements [first, first + count) along one axis, every `step`-th; the axis becomes dynamic.
  template <label Name, std::size_t E>
  [[nodiscard]] QX_INLINE constexpr auto slice(axis<Name, E>, std::size_t first, std::size_t count,
                                               std::size_t step = 1) const {
    constexpr std::size_t i = Axes::template index_of<axis<Name>{}>;
    static_assert(i != npos, "qx: slice over an axis that this tensor does not have");
    if (step == 0 || first > shape_[i] ||
        (count != 0 && (count - 1) > (shape_[i] - first - 1) / step) ||
        (count != 0 && first == shape_[i]))
      throw_out_of_range(Axes::names[i], first, first + count * step, shape_[i]);
    using result_axes = axes_relaxed<Axes, i>;
    std::array<std::size_t, rank> sizes = shape_.sizes();
    sizes[i] = count;
    strides<rank> steps = strides_;
    T* origin = data_ + static_cast<std::ptrdiff_t>(first) * steps[i];
    steps[i] *= static_cast<std::ptrdiff_t>(step);
    return basic_view<T, result_axes>(origin, extents<result_axes>(sizes), steps);
  }
  template <label Name, std::size_t E>
  [[nodiscard]] QX_INLINE constexpr auto first(axis<Name, E> along, std::size_t count) const {
    return slice(along, 0, count);
  }

  /// The sub-tensor at one index; the axis is gone.
  template <label Name, std::size_t E>
  [[nodiscard]] QX_INLINE constexpr auto at(axis<Name, E>, std::size_t index) const {
    constexpr std::size_t dropped = Axes::template index_of<axis<Name>{}>;
    static_assert(dropped != npos, "qx: at() over an axis that this tensor does not have");
    if (index >= shape_[dropped])
      throw_out_of_range(Axes::names[dropped], index, index + 1, shape_[dropped]);
    using result_axes = axes_without<Axes, axes<axis<Name>{}>>;
    std::array<std::size_t, rank - 1> sizes{};
    strides<rank - 1> steps{};
    for (std::size_t i = 0, k = 0; i < rank; ++i) {
      if (i == dropped) continue;
      sizes[k] = shape_[i];
      steps[k++] = strides_[i];
    }
    return basic_view<T, result_axes>(data_ +
                                          static_cast<std::ptrdiff_t>(index) * strides_[dropped],
                                      extents<result_axes>(sizes), steps);
  }

  /// The same elements with the axes in another order: `scores.transposed(axes<key, query>{})`.
  template <auto... As>
  [[nodiscard]] QX_INLINE constexpr auto transposed(axes<As...>) const {
    using result_axes = typename detail::refined<axes<As...>, Axes>::type;
    static_assert(same_axes_set<result_axes, Axes>, "qx: transposed() must name every axis once");
    std::array<std::size_t, rank> sizes{};
    strides<rank> steps{};
    for (std::size_t i = 0; i < rank; ++i) {
      sizes[i] = shape_[positions<Axes, result_axes>[i]];
      steps[i] = strides_[positions<Axes, result_axes>[i]];
    }
    return basic_view<T, result_axes>(data_, extents<result_axes>(sizes), steps);
  }

 private:
  T* data_ = nullptr;
  extents_type shape_{};
  strides<rank> strides_{};
};

}  // namespace qx
