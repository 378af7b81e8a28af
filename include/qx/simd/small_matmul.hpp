// SPDX-License-Identifier: MIT
/// \file
/// Products of small matrices whose sizes are constants: sums stay in registers, loops unroll,
/// nothing is packed.
#pragma once

#include <qx/simd/lanes.hpp>

#include <cstddef>
#include <cstring>
#include <utility>

namespace qx::simd::inline QX_ARCH {

namespace impl {

inline constexpr std::size_t native = static_cast<std::size_t>(width);

/// Row k of b, as often as it fits into a register: taken from the register of rows it lies in.
template <std::size_t N, std::size_t K, std::size_t... Lane>
[[nodiscard]] QX_INLINE vf repeated_row(const float* b, std::index_sequence<Lane...>) {
  const vf rows = f_load(b + K * N / native * native);
  return __builtin_shufflevector(rows, rows, static_cast<int>(K * N % native + Lane % N)...);
}
/// Element k of each of the rows of a that lie in a register, N times.
template <std::size_t N, std::size_t K, std::size_t... Lane>
[[nodiscard]] QX_INLINE vf repeated_elements(vf rows, std::index_sequence<Lane...>) {
  return __builtin_shufflevector(rows, rows, static_cast<int>(Lane / N * N + K)...);
}

/// Squares that are narrower than a register: several rows of the result in one.
template <std::size_t M, std::size_t N, std::size_t... K>
QX_INLINE void multiply_narrow(const float* a, const float* b, float* y,
                               std::index_sequence<K...>) {
  constexpr auto all = std::make_index_sequence<native>{};
  constexpr std::size_t registers = M * N / native;
  const vf row[N] = {repeated_row<N, K>(b, all)...};
#pragma GCC unroll 16
  for (std::size_t r = 0; r < registers; ++r) {
    const vf rows = f_load(a + r * native);
    vf sum = f_all(0.0f);
    ((sum = f_fma(repeated_elements<N, K>(rows, all), row[K], sum)), ...);
    f_store(y + r * native, sum);
  }
}

/// Some rows of the result, each in whole registers.
template <std::size_t Rows, std::size_t N, std::size_t K>
QX_INLINE void multiply_rows(const float* a, const float* b, float* y) {
  constexpr std::size_t wide = N / native;
  vf sum[Rows][wide];
#pragma GCC unroll 32
  for (std::size_t r = 0; r < Rows; ++r)
#pragma GCC unroll 8
    for (std::size_t c = 0; c < wide; ++c)
      sum[r][c] = f_all(0.0f);
#pragma GCC unroll 4
  for (std::size_t k = 0; k < K; ++k) {
    vf row[wide];
#pragma GCC unroll 8
    for (std::size_t c = 0; c < wide; ++c)
      row[c] = f_load(b + k * N + c * native);
#pragma GCC unroll 32
    for (std::size_t r = 0; r < Rows; ++r) {
      const vf element = f_all(a[r * K + k]);
#pragma GCC unroll 8
      for (std::size_t c = 0; c < wide; ++c)
        sum[r][c] = f_fma(element, row[c], sum[r][c]);
    }
  }
#pragma GCC unroll 32
  for (std::size_t r = 0; r < Rows; ++r)
#pragma GCC unroll 8
    for (std::size_t c = 0; c < wide; ++c)
      f_store(y + r * N + c * native, sum[r][c]);
}

/// Any other size, lane by lane; the compiler makes of it what it can.
template <std::size_t M, std::size_t N, std::size_t K>
QX_INLINE void multiply_any(const float* a, const float* b, float* y) {
  for (std::size_t r = 0; r < M; ++r) {
    float sum[N] = {};
    for (std::size_t k = 0; k < K; ++k)
      for (std::size_t c = 0; c < N; ++c)
        sum[c] += a[r * K + k] * b[k * N + c];
    std::memcpy(y + r * N, sum, sizeof sum);
  }
}

/// The most sums that registers hold beside a row of b and an element of a.
inline constexpr std::size_t sums = native == 16 ? 24 : 12;

}  // namespace impl

/// y [M, N] = a [M, K] · b [K, N], all row-major and without gaps; y is none of the others.
template <std::size_t M, std::size_t N, std::size_t K>
QX_INLINE void multiply_small(const float* a, const float* b, float* y) {
  using namespace impl;
  if constexpr (N == K && N < native && native % N == 0 && M * N % native == 0 &&
                N * N % native == 0) {
    multiply_narrow<M, N>(a, b, y, std::make_index_sequence<N>{});
  } else if constexpr (N % native == 0 && N / native <= sums) {
    constexpr std::size_t most = sums / (N / native);
    // Rows in groups of one size where that is possible without small ones.
    constexpr std::size_t groups = (M + most - 1) / most;
    constexpr std::size_t rows = (M + groups - 1) / groups;
    for (std::size_t r = 0; r + rows <= M; r += rows)
      multiply_rows<rows, N, K>(a + r * K, b, y + r * N);
    if constexpr (M % rows != 0)
      multiply_rows<M % rows, N, K>(a + M / rows * rows * K, b, y + M / rows * rows * N);
  } else {
    multiply_any<M, N, K>(a, b, y);
  }
}

}  // namespace qx::simd::inline QX_ARCH
