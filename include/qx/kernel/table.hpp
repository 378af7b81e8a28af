// SPDX-License-Identifier: MIT
/// \file
/// The function table that each instruction set exports: everything that is chosen at run time.
/// A kernel handles one tile and never sees threads. This header crosses archs: plain data only.
#pragma once

#include <qx/core/config.hpp>
#include <qx/core/dtype.hpp>
#include <qx/core/graph_types.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace qx::kernel {

/// Layout of one row of activations as a matmul kernel reads it.
enum class activation : std::uint8_t {
  f32,   ///< k floats
  q8,    ///< int8 quantised per 32 elements, see `kernel/activations.hpp`
  q8_k,  ///< int8 quantised per 256 elements
  bf16,  ///< k numbers rounded to nearest even
};
inline constexpr std::size_t activation_count = 4;

/// Whether the kernels that read a layout multiply integers of eight bits.
[[nodiscard]] QX_INLINE constexpr bool is_int8(activation a) {
  return a == activation::q8 || a == activation::q8_k;
}

struct activation_ops {
  /// Bytes of one row of `k` elements, a multiple of 64. `k` may be any number: the row is
  /// padded with zeros to what the kernel reads.
  std::size_t (*row_bytes)(std::size_t k);
  /// Writes one row from `k` floats.
  void (*write)(const float* source, std::size_t k, std::byte* row);
};

/// Weights at rest are panels: `panel_rows` rows of W [rows, k], interleaved in exactly the order
/// in which the kernel reads them. Missing rows of the last panel are zeros.
struct matmul_ops {
  activation input;
  /// Bytes of one panel for rows of `k` elements, a multiple of 64.
  std::size_t (*panel_bytes)(std::size_t k);
  /// Packs `rows` (1…panel_rows) rows of GGUF layout, `row_stride` bytes apart, into one panel.
  void (*pack)(const std::byte* source, std::size_t row_stride, std::size_t rows, std::size_t k,
               std::byte* panel);
  /// out[c * out_stride + r] = Σ_k W[r, k] · X[c, k] for `panels * panel_rows` rows r and `columns`
  /// columns c (1 or more). `x` points to the first activation row, rows `x_stride` bytes apart.
  void (*tile)(const std::byte* panels, std::size_t panel_count, std::size_t k, const std::byte* x,
               std::size_t x_stride, std::size_t columns, float* out, std::size_t out_stride);
  /// Decodes `k` elements of one GGUF row (blocks) to floats, bit-exact.
  void (*decode)(const std::byte* row, std::size_t k, float* out);
};

inline constexpr std::size_t panel_rows = 16;
/// How many panels hold `rows` rows.
[[nodiscard]] QX_INLINE constexpr std::size_t panels_of(std::size_t rows) {
  return rows / panel_rows + (rows % panel_rows != 0 ? 1 : 0);
}

/// Elements that weights are never made of, and that expressions multiply nevertheless.
enum class wide : std::uint8_t {
  f64,
  c32,  ///< complex numbers of float
  c64,  ///< complex numbers of double
};
inline constexpr std::size_t wide_count = 3;

/// Products of dense matrices. A panel holds, for each k, element k of `panel_rows` columns of the
/// right matrix; of complex numbers the real parts, then the imaginary ones.
struct product_ops {
  /// out[r, c] = Σ_k left[r, k] · panel[k, c], added to what is there unless `fresh`, for `rows`
  /// rows and the first `columns` columns of the panel. Strides are those of rows, in elements.
  void (*tile)(const std::byte* left, std::size_t left_stride, std::size_t rows,
               const std::byte* panel, std::size_t k, std::byte* out, std::size_t out_stride,
               std::size_t columns, bool fresh);
};

/// Positions that attention gathers before it joins what it gathered: long enough for a join to
/// cost nothing beside it, short enough for one long span to be work for many threads. What is
/// added up in which order depends on it, and so every bit of a span that is longer.
inline constexpr std::size_t attention_piece = 512;

/// Softmax attention of consecutive tokens of one sequence and of the query heads that share one
/// key/value head. Token i sees the first `spans[i].count` positions; counts do not fall.
struct attention_args {
  const float* query;                                 ///< [tokens, group, dim]
  std::size_t query_token_stride, query_head_stride;  ///< in floats
  const std::byte* keys;    ///< [positions, dim] of `kv_type`, rows `kv_stride` bytes apart
  const std::byte* values;  ///< same layout
  std::size_t kv_stride;
  dtype kv_type;                ///< f32 or f16
  const attention_span* spans;  ///< [tokens], all with the same first position, counts of 1 or more
  std::size_t tokens;           ///< 1…
  std::size_t group;            ///< query heads, 1…
  std::size_t dim;              ///< head size, any number
  float scale;                  ///< usually 1/sqrt(dim)
  float* out;                   ///< [tokens, group, dim]
  std::size_t out_token_stride, out_head_stride;
  float* scratch;  ///< `attention_scratch(tokens * group, dim)` floats
};

struct table {
  std::string_view name;  ///< "baseline", "avx2", "avx512", "avx512_vnni", "neon_dotprod"
  std::array<activation_ops, activation_count> activations;
  std::array<matmul_ops, weight_type_count> matmul;  ///< by dtype
  std::array<product_ops, wide_count> products;      ///< by `wide`
  std::size_t (*attention_scratch)(std::size_t rows, std::size_t dim);
  void (*attention)(const attention_args&);
  /// The same in parts, to the bit: what all rows gather from piece i of their spans goes to
  /// `states` + i · stride, [tokens · group, attention_state(dim)] floats, in any order; the pieces
  /// that the longest span has are then joined to the results. `states` are used up by it.
  std::size_t (*attention_state)(std::size_t dim);
  void (*attention_gather)(const attention_args&, std::size_t piece, float* states);
  void (*attention_join)(const attention_args&, float* states, std::size_t stride);
};

/// All tables in this binary, narrowest first.
[[nodiscard]] std::span<const table* const> tables();
/// Whether this machine can run the table.
[[nodiscard]] bool runs_here(const table&);
/// The widest table that runs here, unless the environment variable QX_ARCH names another one
/// that runs here (an unknown or unsupported name is ignored here; the program reports it).
[[nodiscard]] const table& best_table();
/// nullptr when there is no table of that name in this binary.
[[nodiscard]] const table* find_table(std::string_view name);

}  // namespace qx::kernel
