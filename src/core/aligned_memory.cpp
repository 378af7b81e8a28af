// SPDX-License-Identifier: MIT
#include <qx/core/aligned_memory.hpp>

#include <cstdlib>
#include <cstring>
#include <new>

namespace qx {

void* allocate_aligned(std::size_t bytes) {
  constexpr std::size_t alignment = 64;
  if (bytes > static_cast<std::size_t>(-1) - alignment) throw std::bad_alloc();
  const std::size_t rounded = bytes == 0 ? alignment : (bytes + alignment - 1) / alignment * alignment;
  void* memory = ::operator new(rounded, std::align_val_t{alignment});
  std::memset(memory, 0, rounded);
  return memory;
}

void free_aligned(void* memory) noexcept { ::operator delete(memory, std::align_val_t{64}); }

}  // namespace qx
