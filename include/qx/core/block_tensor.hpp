// SPDX-License-Identifier: MIT
/// \file
/// A matrix of blocks that owns its memory: `block_tensor<out, in> w(dtype::q4_0, out(64), in(128))`.
/// `eval(ctx, w <<= x)` encodes an expression, `matmul(w, x)` and `gather(w, ids)` read it, and
/// `decoded(w)` is its elements as floats.
#pragma once

#include <qx/core/tensor.hpp>
#include <qx/core/tensor_ref.hpp>

#include <cstddef>
#include <span>

namespace qx {

template <class Axes>
class basic_blocks;

/// Blocks run along the last axis, whose extent they must divide.
template <auto... As>
using block_tensor = basic_blocks<axes<As...>>;

template <class Axes>
class basic_blocks {
  static_assert(Axes::rank > 0, "qx: blocks need an axis to run along");

 public:
  using axes_type = Axes;

  /// Zero bytes, of one of the library's types or of a user's own format, which must outlive them.
  /// Throws `shape_error` where rows are not whole blocks.
  template <class... Named>
  explicit basic_blocks(dtype type, sized<Named>... named)
      : basic_blocks(type, nullptr, make_extents<Axes>(named...)) {}
  template <class... Named>
  explicit basic_blocks(const block_format& own, sized<Named>... named)
      : basic_blocks(dtype::f32, &own, make_extents<Axes>(named...)) {}

  [[nodiscard]] dtype type() const { return type_; }
  [[nodiscard]] const block_format* own() const { return own_; }
  [[nodiscard]] const extents<Axes>& shape() const { return shape_; }
  /// Of a row along the last axis, and how many rows there are.
  [[nodiscard]] std::size_t row_bytes() const {
    return block_shape_of(type_, own_).bytes_of(row_elements());
  }
  [[nodiscard]] std::size_t row_elements() const { return shape_[Axes::rank - 1]; }
  [[nodiscard]] std::size_t rows() const {
    return row_elements() == 0 ? 0 : shape_.count() / row_elements();
  }
  [[nodiscard]] std::span<std::byte> bytes() { return {first(), rows() * row_bytes()}; }
  [[nodiscard]] std::span<const std::byte> bytes() const {
    return {first(), rows() * row_bytes()};
  }
  /// What matmul and gather read.
  [[nodiscard]] basic_weight<Axes> weight() const& {
    return {type_, first(), nullptr, shape_, own_};
  }
  void weight() && = delete;  // it would dangle

 private:
  basic_blocks(dtype type, const block_format* own, const extents<Axes>& shape)
      : type_(type), own_(own), shape_(shape) {
    const block_shape block = block_shape_of(type, own);
    if (own == nullptr && !is_weight(type))
      throw_shape_error("a block tensor has a type that no kernel serves");
    if (row_elements() % block.elements != 0)
      throw_partial_block(Axes::names[Axes::rank - 1], row_elements(), block.elements);
    memory_ = aligned_memory(rows() * row_bytes());
  }

  [[nodiscard]] std::byte* first() const { return static_cast<std::byte*>(memory_.get()); }

  dtype type_;
  const block_format* own_;
  extents<Axes> shape_;
  aligned_memory memory_;
};

/// A block tensor as a destination: `w <<= x`.
template <class Axes>
struct block_target {
  basic_blocks<Axes>* blocks;
};

}  // namespace qx
