// SPDX-License-Identifier: MIT
/// \file
/// What the objects of one arch share: each defines some of these functions, `table.arch.cpp`
/// collects them. Only addresses are taken, so that the table is a constant and no code with wide
/// instructions runs before anyone asked for it.
#pragma once

#include <qx/kernel/activations.hpp>
#include <qx/kernel/table.hpp>
#include <qx/simd/bf16.hpp>

#include <complex>

namespace qx::kernel::inline QX_ARCH {

/// Which activations the kernels of a type read: block formats multiply integers.
constexpr activation input_of(dtype type) {
  if (type == dtype::bf16 && simd::has_bf16_dot) return activation::bf16;
  switch (info(type).block_elements) {
  case q8_block:
    return activation::q8;
  case q8_k_block:
    return activation::q8_k;
  default:
    return activation::f32;
  }
}

template <dtype Type>
struct matmul_of {
  static std::size_t panel_bytes(std::size_t k);
  static void pack(const std::byte* source, std::size_t row_stride, std::size_t rows, std::size_t k,
                   std::byte* panel);
  static void tile(const std::byte* panels, std::size_t panel_count, std::size_t k,
                   const std::byte* x, std::size_t x_stride, std::size_t columns, float* out,
                   std::size_t out_stride);
  static void decode(const std::byte* row, std::size_t k, float* out);
};

template <class T>
void product_tile(const std::byte* left, std::size_t left_stride, std::size_t rows,
                  const std::byte* panel, std::size_t k, std::byte* out, std::size_t out_stride,
                  std::size_t columns, bool fresh);

std::size_t f32_bytes(std::size_t k);
void write_f32(const float* source, std::size_t k, std::byte* row);
std::size_t q8_bytes(std::size_t k);
void write_q8(const float* source, std::size_t k, std::byte* row);
std::size_t q8_k_bytes(std::size_t k);
void write_q8_k(const float* source, std::size_t k, std::byte* row);
std::size_t bf16_bytes(std::size_t k);
void write_bf16(const float* source, std::size_t k, std::byte* row);

std::size_t attention_scratch(std::size_t rows, std::size_t dim);
void attention(const attention_args& args);
std::size_t attention_state(std::size_t dim);
void attention_gather(const attention_args& args, std::size_t piece, float* states);
void attention_join(const attention_args& args, float* states, std::size_t stride);

extern const table arch_table;

}  // namespace qx::kernel::inline QX_ARCH
