// SPDX-License-Identifier: MIT
/// \file
/// What the kernel tests share: the tables that run here, random matrices in file layout, and a
/// matmul from packed panels.
#pragma once

#include <qx/kernel/activations.hpp>
#include <qx/kernel/table.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <span>
#include <vector>

namespace qx::kernel::test {

inline std::vector<const table*> runnable_tables() {
  std::vector<const table*> r;
  for (const table* t : tables())
    if (runs_here(*t)) r.push_back(t);
  return r;
}

inline constexpr std::array weight_types{dtype::f32,  dtype::f16,    dtype::bf16, dtype::q4_0,
                                         dtype::q4_1, dtype::q5_0,   dtype::q5_1, dtype::q8_0,
                                         dtype::q2_k, dtype::q3_k,   dtype::q4_k, dtype::q5_k,
                                         dtype::q6_k, dtype::iq4_nl, dtype::mxfp4};

inline const matmul_ops& ops(const table& t, dtype type) {
  return t.matmul[static_cast<std::size_t>(type)];
}
inline const activation_ops& input_ops(const table& t, dtype type) {
  return t.activations[static_cast<std::size_t>(ops(t, type).input)];
}

/// Where the binary16 numbers of a block are; everything else in a block may be any byte.
inline std::vector<std::size_t> half_offsets(dtype type) {
  switch (type) {
  case dtype::q4_0:
  case dtype::q5_0:
  case dtype::q8_0:
  case dtype::iq4_nl:
    return {0};
  case dtype::q4_1:
  case dtype::q5_1:
  case dtype::q4_k:
  case dtype::q5_k:
    return {0, 2};
  case dtype::q2_k:
    return {80, 82};
  case dtype::q3_k:
    return {108};
  case dtype::q6_k:
    return {208};
  default:
    return {};
  }
}

inline std::vector<float> random_floats(std::size_t n, std::mt19937& random) {
  std::normal_distribution<float> normal;
  std::vector<float> r(n);
  for (float& v : r)
    v = normal(random);
  return r;
}

/// `rows` rows of `k` elements in file layout: plain numbers are N(0, 1), blocks have random codes.
inline std::vector<std::byte> random_weights(dtype type, std::size_t rows, std::size_t k,
                                             std::mt19937& random) {
  std::vector<std::byte> r(rows * bytes_of(type, k));
  if (!is_quantized(type)) {
    const std::vector<float> v = random_floats(rows * k, random);
    for (std::size_t i = 0; i < v.size(); ++i) {
      const f16 half = f16::from(v[i]);
      const bf16 brain = bf16::from(v[i]);
      const void* from = &v[i];
      if (type == dtype::f16) from = &half;
      if (type == dtype::bf16) from = &brain;
      std::memcpy(r.data() + i * info(type).block_bytes, from, info(type).block_bytes);
    }
    return r;
  }
  for (std::byte& b : r)
    b = static_cast<std::byte>(random());
  std::uniform_real_distribution<float> scale(0.005f, 0.02f);
  for (std::size_t at = 0; at < r.size(); at += info(type).block_bytes) {
    if (type == dtype::mxfp4) r[at] = static_cast<std::byte>(118 + random() % 4);  // 2^-9 … 2^-6
    for (const std::size_t offset : half_offsets(type)) {
      const f16 half = f16::from((random() & 1u) != 0 ? scale(random) : -scale(random));
      std::memcpy(r.data() + at + offset, &half, sizeof half);
    }
  }
  return r;
}

/// The rows as floats, by the table's own decoder (which has tests of its own).
inline std::vector<float> decoded(const table& t, dtype type, std::span<const std::byte> weights,
                                  std::size_t k) {
  const std::size_t rows = weights.size() / bytes_of(type, k);
  std::vector<float> r(rows * k);
  for (std::size_t i = 0; i < rows; ++i)
    ops(t, type).decode(weights.data() + i * bytes_of(type, k), k, r.data() + i * k);
  return r;
}

inline std::vector<std::byte> packed(const table& t, dtype type, std::span<const std::byte> weights,
                                     std::size_t k) {
  const std::size_t row = bytes_of(type, k), rows = weights.size() / row;
  const std::size_t panels = (rows + panel_rows - 1) / panel_rows;
  const std::size_t bytes = ops(t, type).panel_bytes(k);
  std::vector<std::byte> r(panels * bytes, std::byte{0xaa});
  for (std::size_t p = 0; p < panels; ++p) {
    const std::size_t n = std::min(panel_rows, rows - p * panel_rows);
    ops(t, type).pack(weights.data() + p * panel_rows * row, row, n, k, r.data() + p * bytes);
  }
  return r;
}

inline std::vector<std::byte> written(const activation_ops& a, std::span<const float> x,
                                      std::size_t k) {
  const std::size_t columns = x.size() / k, bytes = a.row_bytes(k);
  std::vector<std::byte> r(columns * bytes, std::byte{0xaa});
  for (std::size_t c = 0; c < columns; ++c)
    a.write(x.data() + c * k, k, r.data() + c * bytes);
  return r;
}

/// Element i of a row of activations: of integers scale · code, of bf16 what is left of it.
inline float seen_element(activation kind, const std::byte* row, std::size_t i) {
  if (kind == activation::q8) {
    q8_chunk_layout chunk;
    std::memcpy(&chunk, row + i / q8_chunk * sizeof chunk, sizeof chunk);
    return chunk.scale[i % q8_chunk / q8_block] * chunk.code[i % q8_chunk];
  }
  if (kind == activation::bf16) {
    bf16 value;
    std::memcpy(&value, row + i * sizeof value, sizeof value);
    return static_cast<float>(value);
  }
  q8_k_block_layout block;
  std::memcpy(&block, row + i / q8_k_block * sizeof block, sizeof block);
  return block.scale * block.code[i % q8_k_block];
}

/// What the kernel sees of the activations.
inline std::vector<float> seen(activation kind, std::span<const std::byte> rows, std::size_t bytes,
                               std::size_t k) {
  const std::size_t columns = rows.size() / bytes;
  std::vector<float> r(columns * k);
  for (std::size_t c = 0; c < columns; ++c) {
    const std::byte* row = rows.data() + c * bytes;
    if (kind == activation::f32) {
      std::memcpy(r.data() + c * k, row, k * sizeof(float));
      continue;
    }
    for (std::size_t i = 0; i < k; ++i)
      r[c * k + i] = seen_element(kind, row, i);
  }
  return r;
}

}  // namespace qx::kernel::test
