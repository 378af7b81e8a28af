// SPDX-License-Identifier: MIT
/// \file
/// Views whose element type is known only at run time: floating-point tensors (a KV cache in F32 or
/// F16) and weight matrices in any block format.
#pragma once

#include <qx/core/block_format.hpp>
#include <qx/core/dtype.hpp>
#include <qx/core/tensor_view.hpp>

#include <cstddef>

namespace qx {

/// A floating-point tensor of run-time element type: f32, f16 or bf16. `Byte` is std::byte for a
/// tensor that may be written, const std::byte otherwise. Strides count elements.
template <class Byte, class Axes>
class basic_ref {
 public:
  using axes_type = Axes;
  using extents_type = extents<Axes>;
  static constexpr std::size_t rank = Axes::rank;

  constexpr basic_ref() = default;
  QX_INLINE constexpr basic_ref(dtype type, Byte* data, const extents_type& shape)
      : basic_ref(type, data, shape, row_major<rank>(shape.sizes())) {}
  QX_INLINE constexpr basic_ref(dtype type, Byte* data, const extents_type& shape,
                                const strides<rank>& steps)
      : type_(type), data_(data), shape_(shape), strides_(steps) {}

  [[nodiscard]] QX_INLINE constexpr dtype type() const { return type_; }
  [[nodiscard]] QX_INLINE constexpr Byte* data() const { return data_; }
  [[nodiscard]] QX_INLINE constexpr const extents_type& shape() const { return shape_; }
  [[nodiscard]] QX_INLINE constexpr const strides<rank>& steps() const { return strides_; }

 private:
  dtype type_ = dtype::f32;
  Byte* data_ = nullptr;
  extents_type shape_{};
  strides<rank> strides_{};
};

/// `tensor_ref<slot, kv_head, dim>`: writable, of run-time element type.
template <auto... As>
using tensor_ref = basic_ref<std::byte, axes<As...>>;

/// A weight matrix [rows…, k] of any type with `is_weight`: the last axis is the one that a matmul
/// contracts and the one that blocks run along. `rows` points to the rows as a file has them,
/// `panels` to the same weights packed for the kernels (see `kernel/pack.hpp`), or nullptr.
template <class Axes>
struct basic_weight {
  using axes_type = Axes;
  dtype type = dtype::f32;
  const std::byte* rows = nullptr;
  const std::byte* panels = nullptr;
  extents<Axes> shape{};
  const block_format* own = nullptr;  ///< a user's format, which then counts instead of the type
};
/// How blocks divide a row of the weight.
template <class Axes>
[[nodiscard]] QX_INLINE constexpr block_shape block_shape_of(const basic_weight<Axes>& w) {
  return block_shape_of(w.type, w.own);
}

/// `weight<head, dim, model>`: W [head * dim, model].
template <auto... As>
using weight = basic_weight<axes<As...>>;

/// Matrices of one type and shape, one behind the other: [matrix, rows…, k]. In a matmul each
/// column is multiplied with one of them. The panels of each begin anew.
template <class Axes>
struct basic_stack {
  using axes_type = Axes;
  dtype type = dtype::f32;
  const std::byte* rows = nullptr;
  const std::byte* panels = nullptr;
  extents<Axes> shape{};
  const block_format* own = nullptr;  ///< as in a weight
};

/// `weight_stack<expert, ff, model>`: W [ff, model] of every expert.
template <auto... As>
using weight_stack = basic_stack<axes<As...>>;

}  // namespace qx
