// SPDX-License-Identifier: MIT
/// \file
/// The space that an expression is evaluated in: outer axes, walked one row at a time, and one
/// inner axis, walked sixteen lanes at a time. And the scratch memory that a row may need.
#pragma once

#include <qx/core/tensor_ref.hpp>
#include <qx/fuse/tile_work.hpp>

#include <array>
#include <cstddef>
#include <iterator>

namespace qx::inline QX_ARCH {

/// The kernels of a weight: those of its type, or what a user's own format brings along.
template <class Weight>
[[nodiscard]] QX_INLINE const kernel::matmul_ops& ops_of(const kernel::table& kernels,
                                                         const Weight& w) {
  return w.own != nullptr ? *w.own->ops : kernels.matmul[static_cast<std::size_t>(w.type)];
}

namespace impl {
template <class List>
struct all_but_last {
  using type = axes_without<List, axes<last_axis<List>>>;
};
template <>
struct all_but_last<axes<>> {
  using type = axes<>;
};
}  // namespace impl

/// Which row of the space: one index per outer axis.
template <std::size_t Rank>
using row_index = std::array<std::size_t, Rank>;

template <class Outer, auto Inner>
struct space {
  using outer_axes = Outer;
  static constexpr auto inner_axis = Inner;
  static constexpr std::size_t outer_rank = Outer::rank;
  using all_axes = axes_concat<Outer, axes<Inner>>;

  std::array<std::size_t, outer_rank> outer{};
  std::size_t inner = 1;

  [[nodiscard]] QX_INLINE constexpr std::size_t rows() const {
    std::size_t n = 1;
    for (const std::size_t size : outer) n *= size;
    return n;
  }
  [[nodiscard]] QX_INLINE constexpr row_index<outer_rank> row(std::size_t flat) const {
    row_index<outer_rank> index{};
    if (flat == 0) return index;  // most often, and the loads of the row wait for the divisions
    for (std::size_t i = outer_rank; i-- > 0;) {
      index[i] = flat % outer[i];
      flat /= outer[i];
    }
    return index;
  }
  QX_INLINE constexpr void advance(row_index<outer_rank>& index) const { advance(index, 1); }

  /// Rows from here on that differ in the last outer axis alone; the one row where there is none.
  [[nodiscard]] QX_INLINE constexpr std::size_t run_from(const row_index<outer_rank>& index) const {
    if constexpr (outer_rank == 0)
      return 1;
    else
      return outer.back() - index.back();
  }
  [[nodiscard]] QX_INLINE static constexpr row_index<outer_rank> shifted(
      row_index<outer_rank> index, std::size_t by) {
    if constexpr (outer_rank != 0) index.back() += by;
    return index;
  }
  /// `by` rows further, at most `run_from(index)`.
  QX_INLINE constexpr void advance(row_index<outer_rank>& index, std::size_t by) const {
    for (std::size_t i = outer_rank; i-- > 0; by = 1) {
      index[i] += by;
      if (index[i] < outer[i]) return;
      index[i] = 0;
    }
  }
};

/// All sixteen lanes, or only the first few at the end of a row.
struct all_lanes {
  static constexpr std::size_t count = 16;
};
struct first_lanes {
  std::size_t count;
};

/// Hands out scratch memory while an expression is bound. Without memory it only counts; without a
/// kernel table it takes the best one when it is asked, which few nodes do.
class binder {
 public:
  QX_INLINE explicit binder(const kernel::table* kernels, std::byte* memory = nullptr,
                            const tile_view* tiles = nullptr)
      : kernels_(kernels), memory_(memory), tiles_(tiles) {}

  [[nodiscard]] QX_INLINE std::byte* take(std::size_t bytes) {
    std::byte* const block = memory_ == nullptr ? nullptr : memory_ + used_;
    used_ += (bytes + 63) / 64 * 64;
    return block;
  }
  template <class T>
  [[nodiscard]] QX_INLINE T* take_array(std::size_t count) {
    return reinterpret_cast<T*>(take(count * sizeof(T)));
  }
  /// Memory that equal parts of an expression share; `fresh` for the first of them. `same(other)`
  /// says whether an earlier part with this tag is equal.
  struct shared_place {
    std::byte* memory = nullptr;
    bool fresh = true;
  };
  template <class Same>
  [[nodiscard]] QX_INLINE shared_place share(const void* tag, const void* part, Same same,
                                             std::size_t bytes) {
    for (std::size_t i = 0; i < known_count_; ++i)
      if (known_[i].tag == tag && same(known_[i].part)) return {known_[i].memory, false};
    std::byte* const memory = take(bytes);
    if (known_count_ < std::size(known_)) known_[known_count_++] = {tag, part, memory};
    return {memory, true};
  }
  [[nodiscard]] QX_INLINE std::size_t used() const { return used_; }
  [[nodiscard]] QX_INLINE const kernel::table& kernels() const {
    return kernels_ != nullptr ? *kernels_ : kernel::best_table();
  }
  /// The tile of the next matmul, in the order in which `for_each_matmul` visits them.
  [[nodiscard]] QX_INLINE const tile_view* next_tile() { return tiles_ == nullptr ? nullptr : tiles_++; }

 private:
  const kernel::table* kernels_;
  std::byte* memory_;
  const tile_view* tiles_;
  std::size_t used_ = 0;
  struct known_part {
    const void* tag;
    const void* part;
    std::byte* memory;
  };
  std::size_t known_count_ = 0;
  known_part known_[8];  ///< the first ones: more are rare, and are computed each for itself
};

/// The index of a row of one space among the rows of another, which has no outer axis more.
template <class To, class From>
[[nodiscard]] QX_INLINE row_index<To::outer_rank> row_within(const row_index<From::outer_rank>& r) {
  row_index<To::outer_rank> index{};
  for (std::size_t i = 0; i < To::outer_rank; ++i)
    index[i] = r[positions<typename From::outer_axes, typename To::outer_axes>[i]];
  return index;
}

/// Strides of a view along the axes of a space; 0 where the view does not have the axis.
template <class ViewAxes, class Space>
struct space_strides {
  std::array<std::ptrdiff_t, Space::outer_rank> outer{};
  std::ptrdiff_t inner = 0;
  static constexpr bool has_inner = ViewAxes::find(Space::inner_axis.name) != npos;

  template <class Steps>
  QX_INLINE explicit space_strides(const Steps& steps) {
    for (std::size_t i = 0; i < Space::outer_rank; ++i) {
      const std::size_t at = positions<ViewAxes, typename Space::outer_axes>[i];
      outer[i] = at == npos ? 0 : steps[at];
    }
    if constexpr (has_inner) inner = steps[ViewAxes::find(Space::inner_axis.name)];
  }
  [[nodiscard]] QX_INLINE std::ptrdiff_t offset(const row_index<Space::outer_rank>& row) const {
    std::ptrdiff_t sum = 0;
    for (std::size_t i = 0; i < Space::outer_rank; ++i) sum += static_cast<std::ptrdiff_t>(row[i]) * outer[i];
    return sum;
  }
};

}  // namespace qx::inline QX_ARCH
