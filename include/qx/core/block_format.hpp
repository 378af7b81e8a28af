// SPDX-License-Identifier: MIT
/// \file
/// A weight format that a program brings along, as plain data: `kernel/own_format.hpp` makes one
/// from a block's `decode`, its `encode` and, where there is one, its kernel.
#pragma once

#include <qx/core/config.hpp>
#include <qx/core/dtype.hpp>

#include <cstddef>
#include <string_view>

namespace qx {

namespace kernel {
struct matmul_ops;  // kernel/table.hpp
}

struct block_format {
  std::string_view name;
  std::size_t elements;  ///< of a block
  std::size_t bytes;     ///< of a block
  /// `n` floats, whole blocks, as a row; null where nothing encodes the format.
  void (*encode)(const float* in, std::size_t n, std::byte* row);
  const kernel::matmul_ops* ops;  ///< packing, tiles, decoding of rows
};

/// How blocks of a type, or of a user's format, divide a row.
struct block_shape {
  std::size_t elements;
  std::size_t bytes;
  [[nodiscard]] QX_INLINE constexpr std::size_t bytes_of(std::size_t n) const {
    return n / elements * bytes;
  }
};
[[nodiscard]] QX_INLINE constexpr block_shape block_shape_of(dtype type, const block_format* own) {
  if (own != nullptr) return {own->elements, own->bytes};
  return {info(type).block_elements, info(type).block_bytes};
}

}  // namespace qx
