// SPDX-License-Identifier: MIT
/// \file
/// How a row of activations lies in memory. `f32` is the row itself, `bf16` the same rounded. `q8`
/// is a chain of chunks of 256 elements, everything a kernel reads in one place: int8 codes, then
/// for each of the chunk's eight blocks of 32 the scale and what offsets and minima of the weights
/// are multiplied by.
///
/// A block holds x ≈ scale · code with scale = max|x| / 127 and codes rounded to nearest even. A
/// block of zeros (or of numbers so small that their scale would be subnormal) has scale 0; one
/// that holds a NaN or an infinity has a NaN as its scale, so that nothing is lost in silence.
///
/// `q8_k` does the same with blocks of 256, the blocks of the K formats, with the sums of groups of
/// 16 and 32 codes that their offsets and minima multiply.
#pragma once

#include <qx/core/config.hpp>

#include <cstddef>
#include <cstdint>

namespace qx::kernel {

/// What every row and panel is padded to.
inline constexpr std::size_t line_bytes = 64;

[[nodiscard]] QX_INLINE constexpr std::size_t round_up(std::size_t n, std::size_t multiple) {
  return (n + multiple - 1) / multiple * multiple;
}

/// Elements that share a scale, and elements of a chunk.
inline constexpr std::size_t q8_block = 32;
inline constexpr std::size_t q8_chunk = 256;
inline constexpr std::size_t q8_chunk_blocks = q8_chunk / q8_block;

struct q8_chunk_layout {
  std::int8_t code[q8_chunk];
  float scale[q8_chunk_blocks];
  /// −Σ code: weights stored with 2^n added start from 2^n times this.
  std::int32_t minus_sum[q8_chunk_blocks];
  /// scale · Σ code: what the lowest value of a weight block is times.
  float scaled_sum[q8_chunk_blocks];
};
static_assert(sizeof(q8_chunk_layout) == 352);

[[nodiscard]] QX_INLINE constexpr std::size_t q8_chunks(std::size_t k) {
  return (k + q8_chunk - 1) / q8_chunk;
}
[[nodiscard]] QX_INLINE constexpr std::size_t q8_row_bytes(std::size_t k) {
  return round_up(q8_chunks(k) * sizeof(q8_chunk_layout), line_bytes);
}
/// One block of `q8_k`.
inline constexpr std::size_t q8_k_block = 256;

struct q8_k_block_layout {
  std::int8_t code[q8_k_block];
  std::int32_t minus_32_sum[16];  ///< −32 · Σ code of 16: codes stored with 32 added start here
  std::int16_t sum_16[16];        ///< Σ code of 16
  std::int16_t sum_32[8];         ///< Σ code of 32
  float scale;
};
static_assert(sizeof(q8_k_block_layout) == 372);

[[nodiscard]] QX_INLINE constexpr std::size_t q8_k_blocks(std::size_t k) {
  return (k + q8_k_block - 1) / q8_k_block;
}
[[nodiscard]] QX_INLINE constexpr std::size_t q8_k_row_bytes(std::size_t k) {
  return round_up(q8_k_blocks(k) * sizeof(q8_k_block_layout), line_bytes);
}
/// An odd number of lines: rows a power of two apart would all lie in one set of the cache, and a
/// tile that reads twelve of them side by side would push out what it is about to read.
[[nodiscard]] QX_INLINE constexpr std::size_t odd_lines(std::size_t bytes) {
  return round_up(bytes, line_bytes) | line_bytes;
}
[[nodiscard]] QX_INLINE constexpr std::size_t bf16_row_bytes(std::size_t k) {
  return odd_lines(k * 2);
}
[[nodiscard]] QX_INLINE constexpr std::size_t f32_row_bytes(std::size_t k) {
  return odd_lines(k * sizeof(float));
}

}  // namespace qx::kernel
