// SPDX-License-Identifier: MIT
/// \file
/// Products of rows with a panel of sixteen columns, of double and of complex numbers: sums stay in
/// registers, each element of a row is spread once for all columns of a register.
#pragma once

#include <qx/simd/complex.hpp>

#include <cstddef>

namespace qx::simd::inline QX_ARCH {

namespace detail {
template <class T>
struct part {
  using type = T;
};
template <Complex T>
struct part<T> {
  using type = typename T::value_type;
};
inline constexpr bool many_registers = sizeof(pack<float>::batch) == 64;
}  // namespace detail

/// What a number consists of: itself, or the type of its real and imaginary parts.
template <class T>
using part_t = typename detail::part<T>::type;

/// Rows whose sums fit into registers beside what they are made of: two registers of sums for each,
/// of 32 where registers are 512 bits wide, else of 16.
template <class T>
inline constexpr std::size_t product_rows =
    Complex<T> ? (detail::many_registers ? 10 : 5) : (detail::many_registers ? 12 : 6);

namespace detail {

/// Columns in two registers, at `panel` and behind it.
template <std::size_t Rows, class T>
QX_INLINE void multiply_real(const T* left, std::size_t stride, const T* panel, std::size_t k,
                             T (*sums)[lanes], std::size_t at) {
  using batch = typename pack<T>::batch;
  constexpr std::size_t width = batch::size;
  batch sum[Rows][2];
#pragma GCC unroll 12
  for (std::size_t r = 0; r < Rows; ++r)
    sum[r][0] = sum[r][1] = batch(T(0));
  for (std::size_t i = 0; i < k; ++i, panel += lanes) {
    const batch a = batch::load_aligned(panel);
    const batch b = batch::load_aligned(panel + width);
#pragma GCC unroll 12
    for (std::size_t r = 0; r < Rows; ++r) {
      const batch element(left[r * stride + i]);
      sum[r][0] = xsimd::fma(element, a, sum[r][0]);
      sum[r][1] = xsimd::fma(element, b, sum[r][1]);
    }
  }
#pragma GCC unroll 12
  for (std::size_t r = 0; r < Rows; ++r) {
    sum[r][0].store_unaligned(sums[r] + at);
    sum[r][1].store_unaligned(sums[r] + at + width);
  }
}

/// Columns in one register, real parts at `panel`, imaginary ones sixteen behind.
template <std::size_t Rows, class T>
QX_INLINE void multiply_complex(const std::complex<T>* left, std::size_t stride, const T* panel,
                                std::size_t k, std::complex<T> (*sums)[lanes],
                                std::size_t at) {
  using batch = typename pack<T>::batch;
  constexpr std::size_t width = batch::size;
  const T* const from = reinterpret_cast<const T*>(left);
  batch re[Rows];
  batch im[Rows];
#pragma GCC unroll 10
  for (std::size_t r = 0; r < Rows; ++r)
    re[r] = im[r] = batch(T(0));
  for (std::size_t i = 0; i < k; ++i, panel += 2 * lanes) {
    const batch a = batch::load_aligned(panel);
    const batch b = batch::load_aligned(panel + lanes);
#pragma GCC unroll 10
    for (std::size_t r = 0; r < Rows; ++r) {
      const batch x(from[2 * (r * stride + i)]);
      const batch y(from[2 * (r * stride + i) + 1]);
      re[r] = xsimd::fnma(y, b, xsimd::fma(x, a, re[r]));
      im[r] = xsimd::fma(y, a, xsimd::fma(x, b, im[r]));
    }
  }
  for (std::size_t r = 0; r < Rows; ++r) {
    alignas(64) T x[width];
    alignas(64) T y[width];
    re[r].store_aligned(x);
    im[r].store_aligned(y);
    for (std::size_t c = 0; c < width; ++c)
      sums[r][at + c] = {x[c], y[c]};
  }
}

}  // namespace detail

/// sums[r][c] = Σ_k left[r * stride + k] · panel[k, c]; the panel is 64-byte aligned.
template <std::size_t Rows, class T>
QX_INLINE void multiply_panel(const T* left, std::size_t stride, const part_t<T>* panel,
                              std::size_t k, T (*sums)[lanes]) {
  constexpr std::size_t step = pack<part_t<T>>::width * (Complex<T> ? 1 : 2);
  for (std::size_t c = 0; c < lanes; c += step) {
    if constexpr (Complex<T>)
      detail::multiply_complex<Rows>(left, stride, panel + c, k, sums, c);
    else
      detail::multiply_real<Rows>(left, stride, panel + c, k, sums, c);
  }
}

}  // namespace qx::simd::inline QX_ARCH
