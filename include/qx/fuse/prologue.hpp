// SPDX-License-Identifier: MIT
/// \file
/// The activation side of matmuls: norm (or whatever stands there) and conversion to the layout of
/// the kernels, once per row, shared by all matmuls of a stage that read the same expression.
#pragma once

#include <qx/fuse/jobs.hpp>
#include <qx/fuse/rows.hpp>

#include <cstddef>

namespace qx::inline QX_ARCH {

template <class Child, class ColumnAxes, class ContractedAxes>
class prologue {
 public:
  using row_axes = axes_concat<ColumnAxes, ContractedAxes>;
  using space_type =
      space<axes_concat<ColumnAxes, typename impl::all_but_last<ContractedAxes>::type>,
            last_axis<ContractedAxes>>;

  QX_INLINE explicit prologue(const Child& child) : child_(&child) {
    const auto shape = project_extents<row_axes>(child.shape());
    space_ = impl::make_space<space_type>(shape);
    for (std::size_t i = 0; i < row_axes::rank; ++i)
      (i < ColumnAxes::rank ? columns_ : k_) *= shape[i];
  }

  /// To be filled in the layout of `ops`.
  [[nodiscard]] prologue_job job(const kernel::table& kernels,
                                 const kernel::activation_ops& ops) const {
    prologue_job job;
    job.run = [](const prologue_job& self, const kernel::table& table, std::byte* memory,
                 std::byte* rows, std::size_t first, std::size_t last) {
      const prologue p(*static_cast<const Child*>(self.operand));
      p.run(table, memory, self, rows, first, last);
    };
    job.operand = child_;
    job.ops = &ops;
    job.k = k_;
    job.columns = columns_;
    job.row_bytes = ops.row_bytes(k_);
    job.scratch = scratch(kernels);
    return job;
  }

 private:
  /// A row of floats and whatever the expression needs.
  [[nodiscard]] QX_INLINE std::size_t scratch(const kernel::table& kernels) const {
    binder count(&kernels);
    (void)count.take_array<float>(k_ + simd::lanes);
    (void)bound<Child, space_type>(*child_, space_, count);
    return count.used();
  }
  /// Fills activation rows [first, last).
  QX_INLINE void run(const kernel::table& kernels, std::byte* memory, const prologue_job& to,
                     std::byte* rows, std::size_t first, std::size_t last) const {
    if (const float* direct = contiguous_rows()) {
      for (std::size_t c = first; c < last; ++c)
        to.ops->write(direct + c * k_, k_, rows + c * to.row_bytes);
      return;
    }
    if (first >= last) return;
    binder b(&kernels, memory);
    float* const row = b.take_array<float>(k_ + simd::lanes);
    if (k_ == 0) {  // nothing to evaluate: the kernels' padding alone
      for (std::size_t c = first; c < last; ++c)
        to.ops->write(row, 0, rows + c * to.row_bytes);
      return;
    }
    bound<Child, space_type> child(*child_, space_, b);
    const std::size_t pieces = k_ / space_.inner;  // rows of the space that make one activation row
    auto r = space_.row(first * pieces);
    for (std::size_t c = first; c < last; ++c) {
      for (std::size_t piece = 0; piece < pieces; ++piece, space_.advance(r)) {
        child.begin(r);
        run_row(child, impl::row_target<float>{row + piece * space_.inner}, 0, space_.inner);
      }
      to.ops->write(row, k_, rows + c * to.row_bytes);
    }
  }

  /// Activations that lie in memory as the kernels' conversion reads them need no copy.
  [[nodiscard]] QX_INLINE const float* contiguous_rows() const {
    if constexpr (std::is_same_v<Child, leaf<basic_view<const float, row_axes>>>)
      if (child_->view.contiguous()) return child_->view.data();
    return nullptr;
  }

  const Child* child_;
  space_type space_;
  std::size_t columns_ = 1;
  std::size_t k_ = 1;
};

namespace impl {
template <class W, class Child>
[[nodiscard]] QX_INLINE auto prologue_of(const matmul_node<W, Child>& m) {
  using node = matmul_node<W, Child>;
  return prologue<Child, typename node::column_axes, typename node::contracted_axes>(m.child);
}
/// How the kernels of a weight want their activations.
template <class W>
[[nodiscard]] QX_INLINE const kernel::activation_ops&
activation_ops_of(const kernel::table& kernels, const W& weight) {
  return kernels.activations[static_cast<std::size_t>(ops_of(kernels, weight).input)];
}
}  // namespace impl

}  // namespace qx::inline QX_ARCH
