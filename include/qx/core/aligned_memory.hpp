// SPDX-License-Identifier: MIT
/// \file
/// Memory that tensors and temporaries lie in.
#pragma once

#include <qx/core/config.hpp>

#include <cstddef>
#include <utility>

namespace qx {

/// Memory whose address is a multiple of 64 and whose size is rounded up to one; zero-filled.
/// Throws std::bad_alloc.
[[nodiscard]] void* allocate_aligned(std::size_t bytes);
/// Nothing for nullptr.
void free_aligned(void* memory) noexcept;

/// Owns what `allocate_aligned` gave. Not std::unique_ptr, which costs whoever includes tensors more
/// time to compile, and a new one for each deleter and element, than tensors themselves.
class aligned_memory {
 public:
  aligned_memory() = default;
  /// Throws std::bad_alloc.
  QX_INLINE explicit aligned_memory(std::size_t bytes) : first_(allocate_aligned(bytes)) {}
  QX_INLINE aligned_memory(aligned_memory&& other) noexcept
      : first_(std::exchange(other.first_, nullptr)) {}
  QX_INLINE aligned_memory& operator=(aligned_memory&& other) noexcept {
    free_aligned(std::exchange(first_, std::exchange(other.first_, nullptr)));
    return *this;
  }
  QX_INLINE ~aligned_memory() { free_aligned(first_); }

  [[nodiscard]] QX_INLINE void* get() const { return first_; }

 private:
  void* first_ = nullptr;
};

}  // namespace qx
