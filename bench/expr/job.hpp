// SPDX-License-Identifier: MIT
/// \file
/// What the contenders of bench/expr are asked to compute: plain pointers, so that each of them is
/// a file of its own and none sees another's headers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace qx::bench {

/// One problem. Matrices are row-major [rows, columns]; what `in` holds depends on the task.
struct job {
  std::array<const float*, 3> in{};
  const std::int32_t* ids = nullptr;  ///< [rows], row numbers of in[0]
  float* out = nullptr;
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::size_t threads = 1;
};

enum class task : std::size_t {
  softmax,         ///< softmax(in0 / temperature) of each row
  sum_rows,        ///< of each row: out [rows]
  max_rows,        ///< likewise
  argmax_rows,     ///< the position, as a float
  logsumexp_rows,  ///< likewise
  sum_columns,     ///< of each column: out [columns]
  max_columns,
  argmax_columns,
  logsumexp_columns,
  rms_norm,       ///< of each row, times in1 [columns]
  layer_norm,     ///< of each row, times in1 plus in2 [columns]
  silu_product,   ///< silu(in0) * in1
  rope_adjacent,  ///< heads of 64 elements; in1, in2: cosines and signed sines [rows, 64]
  rope_halves,    ///< likewise; partners are 32 elements apart
  combine,        ///< 2 * in0 + 3 * in1 - 4 * in2
  static_4,       ///< 64 products of 4 x 4 matrices
  static_8,       ///< likewise
  static_16,
  static_32,
  matmul,        ///< in0 [rows, rows] times in1 [rows, rows]
  transpose,     ///< out [columns, rows]
  gather,        ///< rows of in0 by number
  concatenate,   ///< in0 beside in1: out [rows, 2 columns]
  norm_matmuls,  ///< rms_norm, conversion to int8, three matmuls, two of them rotated
  count
};
inline constexpr std::size_t task_count = static_cast<std::size_t>(task::count);

inline constexpr float temperature = 0.8f;
inline constexpr float epsilon = 1e-5f;
inline constexpr std::size_t head_dim = 64;
/// Products of one call of a static matmul: enough that reading the clock does not count.
inline constexpr std::size_t static_products = 64;

using function = void (*)(const job&);

/// A name and a function for each task that it can do; nullptr where it has no way.
struct contender {
  std::string_view name;
  std::array<function, task_count> run{};
  constexpr function& operator[](task t) { return run[static_cast<std::size_t>(t)]; }
  constexpr function operator[](task t) const { return run[static_cast<std::size_t>(t)]; }
};

[[nodiscard]] contender qx_contender();
void add_layer(contender& whole, contender& steps);  ///< task::norm_matmuls, fused and step by step
[[nodiscard]] contender hand_contender();            ///< intrinsics; empty without AVX-512
[[nodiscard]] contender plain_contender();
[[nodiscard]] contender eigen_contender();
[[nodiscard]] contender xtensor_contender();
[[nodiscard]] contender blas_contender();

}  // namespace qx::bench
