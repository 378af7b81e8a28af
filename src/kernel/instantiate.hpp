// SPDX-License-Identifier: MIT
/// \file
/// Ties a tensor type to its kernel. A `.arch.cpp` names the kernel of each of its types in
/// `kernel_of` and instantiates `matmul_of`.
#pragma once

#include "arch.hpp"

namespace qx::kernel::inline QX_ARCH {

template <dtype Type>
struct kernel_of;

template <dtype Type>
std::size_t matmul_of<Type>::panel_bytes(std::size_t k) {
  return kernel_of<Type>::type::panel_bytes(k);
}

template <dtype Type>
void matmul_of<Type>::pack(const std::byte* source, std::size_t row_stride, std::size_t rows,
                           std::size_t k, std::byte* panel) {
  kernel_of<Type>::type::pack(source, row_stride, rows, k, panel);
}

template <dtype Type>
void matmul_of<Type>::tile(const std::byte* panels, std::size_t panel_count, std::size_t k,
                           const std::byte* x, std::size_t x_stride, std::size_t columns,
                           float* out, std::size_t out_stride) {
  static_assert(kernel_of<Type>::type::input == input_of(Type));
  kernel_of<Type>::type::tile(panels, panel_count, k, x, x_stride, columns, out, out_stride);
}

template <dtype Type>
void matmul_of<Type>::decode(const std::byte* row, std::size_t k, float* out) {
  kernel_of<Type>::type::decode(row, k, out);
}

}  // namespace qx::kernel::inline QX_ARCH
