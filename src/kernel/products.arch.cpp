// SPDX-License-Identifier: MIT
/// \file
/// Products of matrices of double and of complex numbers.
#include "arch.hpp"

#include <qx/simd/product.hpp>

namespace qx::kernel::inline QX_ARCH {

namespace {

/// As many rows at once as sums fit into registers, then half as many, …
template <class T, std::size_t Rows>
void rows_of_tile(const T* left, std::size_t left_stride, std::size_t rows,
                  const simd::part_t<T>* panel, std::size_t k, T* out, std::size_t out_stride,
                  std::size_t columns, bool fresh) {
  for (; rows >= Rows; rows -= Rows, left += Rows * left_stride, out += Rows * out_stride) {
    alignas(64) T sums[Rows][simd::lanes];
    simd::multiply_panel<Rows>(left, left_stride, panel, k, sums);
    for (std::size_t r = 0; r < Rows; ++r)
      for (std::size_t c = 0; c < columns; ++c) {
        T& to = out[r * out_stride + c];
        to = fresh ? sums[r][c] : to + sums[r][c];
      }
  }
  if constexpr (Rows > 1)
    if (rows > 0)
      rows_of_tile<T, Rows / 2>(left, left_stride, rows, panel, k, out, out_stride, columns, fresh);
}

}  // namespace

template <class T>
void product_tile(const std::byte* left, std::size_t left_stride, std::size_t rows,
                  const std::byte* panel, std::size_t k, std::byte* out, std::size_t out_stride,
                  std::size_t columns, bool fresh) {
  rows_of_tile<T, simd::product_rows<T>>(
      reinterpret_cast<const T*>(left), left_stride, rows,
      reinterpret_cast<const simd::part_t<T>*>(panel), k, reinterpret_cast<T*>(out), out_stride,
      columns, fresh);
}
template void product_tile<double>(const std::byte*, std::size_t, std::size_t, const std::byte*,
                                   std::size_t, std::byte*, std::size_t, std::size_t, bool);
template void product_tile<std::complex<float>>(const std::byte*, std::size_t, std::size_t,
                                                const std::byte*, std::size_t, std::byte*,
                                                std::size_t, std::size_t, bool);
template void product_tile<std::complex<double>>(const std::byte*, std::size_t, std::size_t,
                                                 const std::byte*, std::size_t, std::byte*,
                                                 std::size_t, std::size_t, bool);

}  // namespace qx::kernel::inline QX_ARCH
