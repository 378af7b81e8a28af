// SPDX-License-Identifier: MIT
/// \file
/// Random rows of any weight type.
#pragma once

#include <qx/core/dtype.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace qx::llama {

/// Makes blocks of one type whose elements have mean 0 and the given standard deviation.
class random_weights {
 public:
  random_weights(dtype type, float deviation);

  /// Fills whole blocks, of which the first is number `first` of the stream `seed`.
  void fill(std::span<std::byte> blocks, std::uint64_t seed, std::size_t first) const;

 private:
  void fill_plain(std::span<std::byte> elements, std::uint64_t seed, std::size_t first) const;

  dtype type_;
  float scale_;  // of a block, or for plain types the largest element
};

}  // namespace qx::llama
