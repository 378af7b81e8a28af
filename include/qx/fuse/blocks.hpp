// SPDX-License-Identifier: MIT
/// \file
/// From floats to blocks of any weight type: the rows of a matrix, encoded by all threads.
#pragma once

#include <qx/core/block_tensor.hpp>
#include <qx/fuse/context.hpp>

#include <cstddef>

namespace qx {

/// Rows of blocks to be written.
struct row_encoding {
  dtype type;
  const block_format* own;
  std::byte* blocks;
  std::size_t rows, row_elements, row_bytes;
};
template <class Axes>
[[nodiscard]] row_encoding encoding_of(basic_blocks<Axes>& b) {
  return {b.type(), b.own(), b.bytes().data(), b.rows(), b.row_elements(), b.row_bytes()};
}

/// Encodes `rows * row_elements` floats. Throws `shape_error` where nothing encodes the format, and
/// std::domain_error where a number is NaN, infinite or more than the blocks of its type can hold;
/// rows before it may have been written. What a format of a user's own can hold its encode() says.
void encode_rows(context& ctx, const float* from, const row_encoding& to);

inline namespace QX_ARCH {
namespace impl {
template <class Target>
inline constexpr bool stores_blocks = false;
template <class Axes>
inline constexpr bool stores_blocks<block_target<Axes>> = true;
}  // namespace impl
}  // namespace QX_ARCH

}  // namespace qx
