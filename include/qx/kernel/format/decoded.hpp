// SPDX-License-Identifier: MIT
/// \file
/// Panels of any block format that says no more than how a block is decoded: sixteen rows of blocks
/// lie side by side, are decoded into the nearest cache once for all columns, and are multiplied as
/// floats. Exact, and the place to begin: a kernel that multiplies integers is several times faster.
#pragma once

#include <qx/kernel/float_tile.hpp>

#include <cstddef>
#include <cstring>
#include <span>

namespace qx::kernel::inline QX_ARCH {

template <class Block>
struct decoded_matmul;

namespace impl {
/// The block's own `decode`, which a member of that name would hide.
template <class Block>
QX_INLINE void decode_one(const Block& block, float* out) {
  decode(block, std::span<float, Block::elements>(out, Block::elements));
}
}  // namespace impl

template <class Block>
struct decoded_matmul {
  static constexpr activation input = activation::f32;
  static constexpr std::size_t elements = Block::elements;
  static constexpr std::size_t group_bytes = panel_rows * sizeof(Block);  ///< a block of each row

  static std::size_t panel_bytes(std::size_t k) {
    return round_up(k / elements * group_bytes, line_bytes);
  }

  static void pack(const std::byte* source, std::size_t row_stride, std::size_t rows, std::size_t k,
                   std::byte* panel) {
    std::memset(panel, 0, panel_bytes(k));
    for (std::size_t b = 0; b < k / elements; ++b)
      for (std::size_t r = 0; r < rows; ++r)
        std::memcpy(panel + b * group_bytes + r * sizeof(Block),
                    source + r * row_stride + b * sizeof(Block), sizeof(Block));
  }

  static void tile(const std::byte* panels, std::size_t panel_count, std::size_t k,
                   const std::byte* x, std::size_t x_stride, std::size_t columns, float* out,
                   std::size_t out_stride) {
    alignas(64) float weights[elements * panel_rows];
    for (std::size_t p = 0; p < panel_count; ++p, out += panel_rows)
      for (std::size_t b = 0; b < k / elements; ++b) {
        decode_group(panels + p * panel_bytes(k) + b * group_bytes, weights);
        panel_times_columns<f32_step>(
            reinterpret_cast<const std::byte*>(weights), elements, columns,
            {x + b * elements * sizeof(float), x_stride, out, out_stride}, b == 0, 0);
      }
  }

  static void decode(const std::byte* row, std::size_t k, float* out) {
    for (std::size_t b = 0; b < k / elements; ++b)
      decode_block(row + b * sizeof(Block), out + b * elements);
  }

 private:
  static void decode_block(const std::byte* from, float* out) {
    Block block;
    std::memcpy(&block, from, sizeof(Block));
    impl::decode_one(block, out);
  }
  /// Element k of all sixteen rows, then element k + 1.
  static void decode_group(const std::byte* group, float* weights) {
    float row[elements];
    for (std::size_t r = 0; r < panel_rows; ++r) {
      decode_block(group + r * sizeof(Block), row);
      for (std::size_t i = 0; i < elements; ++i)
        weights[i * panel_rows + r] = row[i];
    }
  }
};

}  // namespace qx::kernel::inline QX_ARCH
