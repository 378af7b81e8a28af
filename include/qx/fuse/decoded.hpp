// SPDX-License-Identifier: MIT
/// \file
/// Rows of tables and of blocks, bound: each is decoded when it begins.
#pragma once

#include <qx/fuse/bind.hpp>

#include <cstddef>

namespace qx::inline QX_ARCH {

/// A row of a table, decoded whole when the row begins: a block, never an element. Floats are read
/// where they lie.
template <class A, class Ids, class Space>
struct bound<gather_node<basic_weight<A>, Ids>, Space> {
  static_assert(same_axis<last_axis<A>, Space::inner_axis>,
                "qx: the table's columns must be the destination's last axis");
  bound<Ids, Space> ids;
  const std::byte* rows;
  std::size_t row_bytes;
  bool floats;
  void (*decode)(const std::byte*, std::size_t, float*);
  std::size_t columns;
  float* decoded;
  const float* row = nullptr;

  QX_INLINE bound(const gather_node<basic_weight<A>, Ids>& n, const Space& s, binder& b)
      : ids(n.ids, s, b), rows(n.table.rows),
        row_bytes(block_shape_of(n.table).bytes_of(n.table.shape[1])),
        floats(n.table.type == dtype::f32 && n.table.own == nullptr),
        decode(ops_of(b.kernels(), n.table).decode), columns(n.table.shape[1]),
        decoded(b.take_array<float>(columns + simd::lanes)) {}
  QX_INLINE void begin(const row_index<Space::outer_rank>& r) {
    ids.begin(r);
    const auto id = static_cast<std::size_t>(simd::first_lane(ids.load(0, first_lanes{1})));
    const std::byte* const stored = rows + id * row_bytes;
    if (floats) {
      row = reinterpret_cast<const float*>(stored);
    } else {
      decode(stored, columns, decoded);
      row = decoded;
    }
  }
  [[nodiscard]] QX_INLINE const float* elements() const { return row; }
  template <class Lanes>
  [[nodiscard]] QX_INLINE simd::pack<float> load(std::size_t j, Lanes lanes) const {
    return load_lanes(row + j, lanes);
  }
};

/// Rows of blocks, decoded whole like those of a table.
template <class A, class Space>
struct bound<decoded_node<basic_weight<A>>, Space> {
  static_assert(same_axis<last_axis<A>, Space::inner_axis>,
                "qx: blocks are decoded along their last axis, which must be the destination's "
                "last one or the one that is reduced");
  basic_weight<A> weight;
  void (*decode)(const std::byte*, std::size_t, float*);
  float* row;
  std::size_t columns;
  space_strides<A, Space> steps;

  QX_INLINE bound(const decoded_node<basic_weight<A>>& n, const Space&, binder& b)
      : weight(n.weight), decode(ops_of(b.kernels(), n.weight).decode),
        row(b.take_array<float>(n.weight.shape[A::rank - 1] + simd::lanes)),
        columns(n.weight.shape[A::rank - 1]), steps(row_major<A::rank>(n.weight.shape.sizes())) {}
  QX_INLINE void begin(const row_index<Space::outer_rank>& r) {
    const auto first = static_cast<std::size_t>(steps.offset(r));
    decode(weight.rows + block_shape_of(weight).bytes_of(first), columns, row);
  }
  template <class Lanes>
  [[nodiscard]] QX_INLINE simd::pack<float> load(std::size_t j, Lanes lanes) const {
    return load_lanes(row + j, lanes);
  }
};

}  // namespace qx::inline QX_ARCH
