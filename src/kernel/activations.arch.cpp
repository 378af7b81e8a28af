// SPDX-License-Identifier: MIT
/// \file
/// Rows of activations: padded copies, and int8 blocks.
#include "arch.hpp"

#include <qx/core/dtype.hpp>
#include <qx/kernel/activations.hpp>
#include <qx/simd/lanes.hpp>

#include <cstddef>
#include <cstring>

namespace qx::kernel::inline QX_ARCH {

std::size_t f32_bytes(std::size_t k) { return f32_row_bytes(k); }
std::size_t bf16_bytes(std::size_t k) { return bf16_row_bytes(k); }
std::size_t q8_bytes(std::size_t k) { return q8_row_bytes(k); }
std::size_t q8_k_bytes(std::size_t k) { return q8_k_row_bytes(k); }

void write_f32(const float* source, std::size_t k, std::byte* row) {
  std::memcpy(row, source, k * sizeof(float));
  std::memset(row + k * sizeof(float), 0, f32_row_bytes(k) - k * sizeof(float));
}

void write_bf16(const float* source, std::size_t k, std::byte* row) {
  for (std::size_t i = 0; i < k; ++i) {
    const bf16 rounded = bf16::from(source[i]);
    std::memcpy(row + i * sizeof rounded, &rounded, sizeof rounded);
  }
  std::memset(row + k * sizeof(bf16), 0, bf16_row_bytes(k) - k * sizeof(bf16));
}

namespace {

/// From the bits of the largest magnitude of a block: its scale, and what turns numbers into codes.
struct quantizer {
  bool finite;
  float inverse, scale;
  QX_INLINE explicit quantizer(std::int32_t largest_bits) : finite(largest_bits < 0x7f800000) {
    const float top = __builtin_bit_cast(float, largest_bits);
    // Below this the scale would be subnormal and its inverse could overflow.
    const bool scaled = finite && top >= 127.0f * 0x1p-126f;
    inverse = scaled ? 127.0f / top : 0.0f;
    scale = finite ? (scaled ? top / 127.0f : 0.0f) : __builtin_nanf("");
  }
  /// A factor of zero turns what is not finite into NaN, which no byte can hold: zero instead.
  QX_INLINE simd::i32x16 operator()(const simd::f32x16& x) const {
    return simd::round16(finite ? x * simd::all16(inverse) : simd::all16(0.0f));
  }
};

void write_block(const float* source, q8_chunk_layout& chunk, std::size_t block) {
  const simd::f32x16 first = simd::load16(source), second = simd::load16(source + 16);
  const quantizer codes_of(
      simd::largest16(simd::max16(simd::magnitude_bits(first), simd::magnitude_bits(second))));
  const simd::i32x16 a = codes_of(first), b = codes_of(second);
  simd::store_bytes(chunk.code + block * q8_block, a);
  simd::store_bytes(chunk.code + block * q8_block + 16, b);
  const std::int32_t sum = simd::sum16(a + b);
  chunk.scale[block] = codes_of.scale;
  chunk.minus_sum[block] = -sum;
  chunk.scaled_sum[block] = chunk.scale[block] * static_cast<float>(sum);
}

void write_block(const float* source, q8_k_block_layout& block) {
  simd::i32x16 largest = simd::magnitude_bits(simd::load16(source));
  for (std::size_t i = 16; i < q8_k_block; i += 16)
    largest = simd::max16(largest, simd::magnitude_bits(simd::load16(source + i)));
  const quantizer codes_of(simd::largest16(largest));
  for (std::size_t group = 0; group < 16; ++group) {
    const simd::i32x16 codes = codes_of(simd::load16(source + group * 16));
    simd::store_bytes(block.code + group * 16, codes);
    const std::int32_t sum = simd::sum16(codes);
    block.minus_32_sum[group] = -32 * sum;
    block.sum_16[group] = static_cast<std::int16_t>(sum);
  }
  for (std::size_t group = 0; group < 8; ++group)
    block.sum_32[group] =
        static_cast<std::int16_t>(block.sum_16[2 * group] + block.sum_16[2 * group + 1]);
  block.scale = codes_of.scale;
}

}  // namespace

void write_q8(const float* source, std::size_t k, std::byte* row) {
  for (std::size_t i = 0; i < q8_chunks(k); ++i) {
    q8_chunk_layout chunk{};
    for (std::size_t block = 0; block < q8_chunk_blocks; ++block) {
      const std::size_t begin = i * q8_chunk + block * q8_block;
      if (begin >= k) break;
      if (begin + q8_block <= k) {
        write_block(source + begin, chunk, block);
      } else {
        float padded[q8_block] = {};
        std::memcpy(padded, source + begin, (k - begin) * sizeof(float));
        write_block(padded, chunk, block);
      }
    }
    std::memcpy(row + i * sizeof chunk, &chunk, sizeof chunk);
  }
  const std::size_t written = q8_chunks(k) * sizeof(q8_chunk_layout);
  std::memset(row + written, 0, q8_row_bytes(k) - written);
}

void write_q8_k(const float* source, std::size_t k, std::byte* row) {
  for (std::size_t i = 0; i < q8_k_blocks(k); ++i) {
    q8_k_block_layout block;
    const std::size_t begin = i * q8_k_block;
    if (begin + q8_k_block <= k) {
      write_block(source + begin, block);
    } else {
      float padded[q8_k_block] = {};
      std::memcpy(padded, source + begin, (k - begin) * sizeof(float));
      write_block(padded, block);
    }
    std::memcpy(row + i * sizeof block, &block, sizeof block);
  }
  const std::size_t written = q8_k_blocks(k) * sizeof(q8_k_block_layout);
  std::memset(row + written, 0, q8_k_row_bytes(k) - written);
}

}  // namespace qx::kernel::inline QX_ARCH
