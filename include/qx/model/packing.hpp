// SPDX-License-Identifier: MIT
/// \file
/// Weights at rest: which matrices of a file are packed for the kernels of an instruction set,
/// where the panels of each lie, and the packing itself.
#pragma once

#include <qx/core/error.hpp>
#include <qx/gguf/reader.hpp>
#include <qx/kernel/table.hpp>
#include <qx/platform/huge_buffer.hpp>
#include <qx/platform/thread_pool.hpp>

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace qx {

/// Called with packed and total bytes, by one thread at a time.
using progress_function = std::function<void(std::size_t done, std::size_t total)>;

/// Rows of a tensor that make a matrix, and its place in the image of all panels.
struct packed_matrix {
  const gguf::tensor_info* source;
  std::size_t first_row;
  std::size_t rows;
  const kernel::matmul_ops* ops;
  std::size_t offset;  ///< of its first panel, in bytes; a multiple of 64
  std::size_t panels;
  std::size_t panel_bytes;

  [[nodiscard]] std::size_t bytes() const { return panels * panel_bytes; }
  /// The rows of the file that panel `index` is made of.
  [[nodiscard]] std::span<const std::byte> rows_of(std::size_t index) const;
  /// Writes panel `index` to `panel_bytes` bytes at `target`.
  void pack(std::size_t index, std::byte* target) const;
};

/// The matrices that a model multiplies with, one after another in one image.
class packing_plan {
 public:
  explicit packing_plan(const kernel::table& kernels) : kernels_(&kernels) {}

  /// Appends `rows` rows of a tensor of a weight type as a matrix; returns the offset of its panels.
  /// The tensor must outlive the plan.
  std::size_t add(const gguf::tensor_info& tensor, std::size_t first_row, std::size_t rows);

  [[nodiscard]] const kernel::table& kernels() const { return *kernels_; }
  [[nodiscard]] std::span<const packed_matrix> matrices() const { return matrices_; }
  /// Of the image.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  const kernel::table* kernels_;
  std::vector<packed_matrix> matrices_;
  std::size_t bytes_ = 0;
};

/// Packs all matrices: every thread one contiguous part of the image, without waiting for each
/// other. Pages of the mapped file are given back behind the packing front, so that resident memory
/// stays near the size of the image. errc::memory where the system has no room for it; errc::format
/// with tensor and row where a scale or an element is infinite or not a number. `pool` may be null.
[[nodiscard]] result<platform::huge_buffer> pack(const gguf::file& file, const packing_plan& plan,
                                                 platform::thread_pool* pool,
                                                 const progress_function& progress = {});

}  // namespace qx
