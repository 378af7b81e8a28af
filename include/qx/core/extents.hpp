// SPDX-License-Identifier: MIT
/// \file
/// The sizes of a list of axes. Static extents are constants, dynamic ones are stored.
#pragma once

#include <qx/core/axes.hpp>
#include <qx/core/shape_error.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace qx {

/// Throws `shape_error`: "axis 'model': extent 64 here, 48 there".
[[noreturn]] void throw_extent_mismatch(std::string_view axis, std::size_t first,
                                        std::size_t second);
/// Throws `shape_error`: "axis 'token': index range [3, 9) is outside extent 5".
[[noreturn]] void throw_out_of_range(std::string_view axis, std::size_t first, std::size_t last,
                                     std::size_t extent);

/// Throws `shape_error`: "axis 'model': extent 100 is not a multiple of the 32 elements of a
/// block".
[[noreturn]] void throw_partial_block(std::string_view axis, std::size_t extent, std::size_t block);
/// Throws `shape_error`: "axis 'vocab': there is no row -1 among 32000".
[[noreturn]] void throw_no_row(std::string_view axis, long long row, std::size_t extent);

template <class Axes>
class extents;

template <auto... As>
class extents<axes<As...>> {
 public:
  using axes_type = axes<As...>;
  static_assert(axes_type::unique_names, "qx: two axes of one tensor have the same name");
  static constexpr std::size_t rank = sizeof...(As);
  static constexpr bool all_static = (decltype(As)::is_static && ...);
  static constexpr std::size_t dynamic_rank = (std::size_t{!decltype(As)::is_static} + ... + 0);

  /// Dynamic extents are zero.
  QX_INLINE constexpr extents() : sizes_{(decltype(As)::is_static ? decltype(As)::extent : 0)...} {}

  /// One size for every axis, in order. A size that disagrees with a static extent throws.
  QX_INLINE constexpr explicit extents(const std::array<std::size_t, rank>& sizes) : sizes_(sizes) {
    for (std::size_t i = 0; i < rank; ++i)
      if (axes_type::static_extents[i] != dynamic && axes_type::static_extents[i] != sizes[i])
        throw_extent_mismatch(axes_type::names[i], axes_type::static_extents[i], sizes[i]);
  }

  template <auto Axis>
  [[nodiscard]] QX_INLINE constexpr std::size_t of() const {
    static_assert(axes_type::template has<Axis>, "qx: this tensor has no axis of that name");
    constexpr std::size_t i = axes_type::template index_of<Axis>;
    if constexpr (axes_type::static_extents[i] != dynamic)
      return axes_type::static_extents[i];
    else
      return sizes_[i];
  }

  [[nodiscard]] QX_INLINE constexpr std::size_t operator[](std::size_t i) const {
    return sizes()[i];
  }
  [[nodiscard]] QX_INLINE constexpr std::size_t count() const {
    std::size_t n = 1;
    for (const std::size_t size : sizes())
      n *= size;
    return n;
  }
  [[nodiscard]] QX_INLINE constexpr const std::array<std::size_t, rank>& sizes() const {
    if constexpr (all_static)
      return axes_type::static_extents;  // a constant wherever the tensor comes from
    else
      return sizes_;
  }

  QX_INLINE friend constexpr bool operator==(const extents& a, const extents& b) {
    for (std::size_t i = 0; i < rank; ++i)
      if (a.sizes_[i] != b.sizes_[i]) return false;
    return true;
  }

 private:
  std::array<std::size_t, rank> sizes_{};
};

/// Whether the axes named have a size, by their type or as one of the names.
template <class Axes, class... Named>
consteval bool sizes_complete() {
  auto known = Axes::static_extents;
  ((known[Axes::find(Named::name)] = 0), ...);
  for (const std::size_t extent : known)
    if (extent == dynamic) return false;
  return true;
}

/// Extents from named sizes in any order; every dynamic axis must be given.
template <class Axes, class... Named>
[[nodiscard]] QX_INLINE constexpr extents<Axes> make_extents(sized<Named>... named) {
  std::array<std::size_t, Axes::rank> sizes = Axes::static_extents;
  constexpr std::size_t given = sizeof...(Named);
  static_assert((std::size_t{Axes::find(Named::name) != npos} + ... + 0) == given,
                "qx: a size was given for an axis that this tensor does not have");
  static_assert(sizes_complete<Axes, Named...>(),
                "qx: a dynamic axis of this tensor was given no size");
  ((sizes[Axes::find(Named::name)] = named.extent), ...);
  for (std::size_t i = 0; i < Axes::rank; ++i)
    if (sizes[i] == dynamic) throw_extent_mismatch(Axes::names[i], 0, dynamic);
  return extents<Axes>(sizes);
}

/// The extents of a node that joins operands: a disagreement throws, once per evaluation.
template <class Result, class A, class B>
[[nodiscard]] QX_INLINE constexpr extents<Result> join_extents(const extents<A>& a,
                                                               const extents<B>& b) {
  std::array<std::size_t, Result::rank> sizes{};
  [&]<std::size_t... I>(std::index_sequence<I...>) QX_INLINE_LAMBDA {
    (
        [&] QX_INLINE_LAMBDA {
          constexpr std::size_t in_a = A::find(Result::names[I]);
          constexpr std::size_t in_b = B::find(Result::names[I]);
          if constexpr (in_a == npos) {
            sizes[I] = b[in_b];
          } else {
            sizes[I] = a[in_a];
            if constexpr (in_b != npos)
              if (a[in_a] != b[in_b]) throw_extent_mismatch(Result::names[I], a[in_a], b[in_b]);
          }
        }(),
        ...);
  }(std::make_index_sequence<Result::rank>{});
  return extents<Result>(sizes);
}

/// The sizes of a subset of the axes.
template <class Result, class A>
[[nodiscard]] QX_INLINE constexpr extents<Result> project_extents(const extents<A>& a) {
  static_assert(includes_axes<A, Result>,
                "qx: the size of an axis cannot be taken from what does not have it");
  std::array<std::size_t, Result::rank> sizes{};
  for (std::size_t i = 0; i < Result::rank; ++i)
    sizes[i] = a[positions<A, Result>[i]];
  return extents<Result>(sizes);
}

}  // namespace qx
