// SPDX-License-Identifier: MIT
/// \file
/// Rows of activations: a padded copy, and int8 blocks.
#include "arch.hpp"

#include <qx/kernel/activations.hpp>
#include <qx/simd/lanes.hpp>

#include <cstddef>
#include <cstring>

namespace qx::kernel::inline QX_ARCH {

std::size_t f32_bytes(std::size_t k) { return f32_row_bytes(k); }
std::size_t q8_bytes(std::size_t k) { return q8_row_bytes(k); }

void write_f32(const float* source, std::size_t k, std::byte* row) {
  std::memcpy(row, source, k * sizeof(float));
  std::memset(row + k * sizeof(float), 0, f32_row_bytes(k) - k * sizeof(float));
}

namespace {

void write_block(const float* source, q8_chunk_layout& chunk, std::size_t half) {
  const simd::f32x16 first = simd::load16(source), second = simd::load16(source + 16);
  const std::int32_t bits =
      simd::largest16(simd::max16(simd::magnitude_bits(first), simd::magnitude_bits(second)));
  const bool finite = bits < 0x7f800000;
  const float top = __builtin_bit_cast(float, bits);
  // Below this the scale would be subnormal and its inverse could overflow.
  const bool scaled = finite && top >= 127.0f * 0x1p-126f;
  const simd::f32x16 inverse = simd::all16(scaled ? 127.0f / top : 0.0f);
  // A factor of zero turns what is not finite into NaN, which no byte can hold: zero instead.
  const simd::f32x16 zero = simd::all16(0.0f);
  const simd::i32x16 a = simd::round16(finite ? first * inverse : zero);
  const simd::i32x16 b = simd::round16(finite ? second * inverse : zero);
  simd::store_bytes(chunk.code + half * q8_block, a);
  simd::store_bytes(chunk.code + half * q8_block + 16, b);
  const std::int32_t sum = simd::sum16(a + b);
  chunk.scale[half] = finite ? (scaled ? top / 127.0f : 0.0f) : __builtin_nanf("");
  chunk.minus_sum[half] = -sum;
  chunk.scaled_sum[half] = chunk.scale[half] * static_cast<float>(sum);
}

}  // namespace

void write_q8(const float* source, std::size_t k, std::byte* row) {
  for (std::size_t i = 0; i < q8_chunks(k); ++i) {
    q8_chunk_layout chunk;
    for (std::size_t half = 0; half < 2; ++half) {
      const std::size_t begin = i * q8_chunk + half * q8_block;
      if (begin + q8_block <= k) {
        write_block(source + begin, chunk, half);
      } else {
        float padded[q8_block] = {};
        if (begin < k) std::memcpy(padded, source + begin, (k - begin) * sizeof(float));
        write_block(padded, chunk, half);
      }
    }
    std::memcpy(row + i * sizeof chunk, &chunk, sizeof chunk);
  }
  const std::size_t written = q8_chunks(k) * sizeof(q8_chunk_layout);
  std::memset(row + written, 0, q8_row_bytes(k) - written);
}

}  // namespace qx::kernel::inline QX_ARCH
