// SPDX-License-Identifier: MIT
/// \file
/// The activation side of matmuls: norm (or whatever stands there) and conversion to the layout of
/// the kernels, once per row, shared by all matmuls of a stage that read the same expression.
#pragma once

#include <qx/fuse/rows.hpp>

#include <cstddef>

namespace qx::inline QX_ARCH {

/// Where the activations of one matmul lie.
struct activation_slot {
  std::byte* data = nullptr;
  std::size_t row_bytes = 0;
  std::size_t columns = 0;
  std::size_t k = 0;
  const kernel::activation_ops* ops = nullptr;
  std::size_t owner = 0;  ///< the matmul that fills it
  [[nodiscard]] QX_INLINE std::size_t bytes() const { return columns * row_bytes; }
};

template <class Matmul>
class prologue;

template <class W, class Child>
class prologue<matmul_node<W, Child>> {
 public:
  using node = matmul_node<W, Child>;
  using columns_axes = typename node::column_axes;
  using k_axes = typename node::contracted_axes;
  using row_axes = axes_concat<columns_axes, k_axes>;
  using space_type = space<axes_concat<columns_axes, typename impl::all_but_last<k_axes>::type>,
                           last_axis<k_axes>>;

  QX_INLINE explicit prologue(const node& n) : node_(&n) {
    const auto shape = project_extents<row_axes>(n.child.shape());
    space_ = impl::make_space<space_type>(shape);
    for (std::size_t i = 0; i < row_axes::rank; ++i)
      (i < columns_axes::rank ? columns_ : k_) *= shape[i];
  }

  [[nodiscard]] QX_INLINE activation_slot slot(const kernel::table& kernels) const {
    const auto format = ops_of(kernels, node_->weight).input;
    const kernel::activation_ops& ops = kernels.activations[static_cast<std::size_t>(format)];
    return {nullptr, ops.row_bytes(k_), columns_, k_, &ops, 0};
  }
  /// A row of floats and whatever the expression needs.
  [[nodiscard]] QX_INLINE std::size_t scratch(const kernel::table& kernels) const {
    binder count(&kernels);
    (void)count.take_array<float>(k_ + simd::lanes);
    (void)bound<Child, space_type>(node_->child, space_, count);
    return count.used();
  }
  /// Fills activation rows [first, last).
  QX_INLINE void run(const kernel::table& kernels, std::byte* memory, const activation_slot& slot,
                     std::size_t first, std::size_t last) const {
    if (const float* direct = contiguous_rows()) {
      for (std::size_t c = first; c < last; ++c)
        slot.ops->write(direct + c * k_, k_, slot.data + c * slot.row_bytes);
      return;
    }
    if (first >= last) return;
    binder b(&kernels, memory);
    float* const row = b.take_array<float>(k_ + simd::lanes);
    if (k_ == 0) {  // nothing to evaluate: the kernels' padding alone
      for (std::size_t c = first; c < last; ++c)
        slot.ops->write(row, 0, slot.data + c * slot.row_bytes);
      return;
    }
    bound<Child, space_type> child(node_->child, space_, b);
    const std::size_t pieces = k_ / space_.inner;  // rows of the space that make one activation row
    auto r = space_.row(first * pieces);
    for (std::size_t c = first; c < last; ++c) {
      for (std::size_t piece = 0; piece < pieces; ++piece, space_.advance(r)) {
        child.begin(r);
        run_row(child, impl::row_target<float>{row + piece * space_.inner}, 0, space_.inner);
      }
      slot.ops->write(row, k_, slot.data + c * slot.row_bytes);
    }
  }

 private:
  /// Activations that lie in memory as the kernels' conversion reads them need no copy.
  [[nodiscard]] QX_INLINE const float* contiguous_rows() const {
    if constexpr (std::is_same_v<Child, leaf<basic_view<const float, row_axes>>>)
      if (node_->child.view.contiguous()) return node_->child.view.data();
    return nullptr;
  }

  const node* node_;
  space_type space_;
  std::size_t columns_ = 1;
  std::size_t k_ = 1;
};

}  // namespace qx::inline QX_ARCH
