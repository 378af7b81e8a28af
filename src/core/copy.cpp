// SPDX-License-Identifier: MIT
#include <qx/core/copy.hpp>

#include <cstring>

namespace qx {
namespace {

/// The innermost axis, a constant distance apart.
template <std::size_t Bytes>
void copy_apart(const std::byte* from, std::byte* to, std::size_t count, std::ptrdiff_t distance) {
  for (std::size_t i = 0; i < count; ++i, from += Bytes, to += distance)
    std::memcpy(to, from, Bytes);
}

struct copier {
  std::size_t bytes;
  std::size_t rank;
  const std::size_t* sizes;
  const std::ptrdiff_t* steps;
  std::size_t dense;  ///< the axis from which on all elements lie together
  std::size_t dense_bytes;

  /// Axes from `axis` on; gives the first element that is left.
  const std::byte* copy(std::size_t axis, const std::byte* from, std::byte* to) const {
    if (axis == dense) {
      std::memcpy(to, from, dense_bytes);
      return from + dense_bytes;
    }
    const std::ptrdiff_t distance = steps[axis] * static_cast<std::ptrdiff_t>(bytes);
    if (axis + 1 == rank) return copy_row(sizes[axis], from, to, distance);
    for (std::size_t i = 0; i < sizes[axis]; ++i)
      from = copy(axis + 1, from, to + static_cast<std::ptrdiff_t>(i) * distance);
    return from;
  }
  const std::byte* copy_row(std::size_t count, const std::byte* from, std::byte* to,
                            std::ptrdiff_t distance) const {
    switch (bytes) {
    case 1:
      copy_apart<1>(from, to, count, distance);
      break;
    case 2:
      copy_apart<2>(from, to, count, distance);
      break;
    case 4:
      copy_apart<4>(from, to, count, distance);
      break;
    case 8:
      copy_apart<8>(from, to, count, distance);
      break;
    default:
      for (std::size_t i = 0; i < count; ++i)
        std::memcpy(to + static_cast<std::ptrdiff_t>(i) * distance, from + i * bytes, bytes);
    }
    return from + count * bytes;
  }
};

}  // namespace

void copy_elements(const void* from, void* to, std::size_t bytes, std::size_t rank,
                   const std::size_t* sizes, const std::ptrdiff_t* steps) {
  for (std::size_t i = 0; i < rank; ++i)
    if (sizes[i] == 0) return;
  std::size_t dense = rank;
  std::size_t count = 1;
  while (dense > 0 &&
         (sizes[dense - 1] == 1 || steps[dense - 1] == static_cast<std::ptrdiff_t>(count)))
    count *= sizes[--dense];
  copier{bytes, rank, sizes, steps, dense, count * bytes}.copy(
      0, static_cast<const std::byte*>(from), static_cast<std::byte*>(to));
}

}  // namespace qx
