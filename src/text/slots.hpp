// SPDX-License-Identifier: MIT
/// \file
/// Memory of a hash table, all zeros at first, in huge pages where the system has them: filling
/// 8 MiB at random places otherwise waits for the system 2048 times, and every look-up afterwards
/// misses the address cache.
#pragma once

#include <qx/platform/huge_buffer.hpp>

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace qx::text {

/// A power of two of slots; a slot of zeros is vacant.
template <class Slot>
  requires std::is_trivially_copyable_v<Slot>
class slots {
 public:
  slots() = default;
  /// Throws `std::bad_alloc` as a vector does.
  explicit slots(std::size_t count) {
    auto memory = platform::huge_buffer::create(count * sizeof(Slot));
    if (!memory) throw std::bad_alloc();
    memory_ = std::move(*memory);
    first_ = reinterpret_cast<Slot*>(memory_.data());
    mask_ = count - 1;
  }

  [[nodiscard]] std::size_t size() const { return first_ == nullptr ? 0 : mask_ + 1; }
  /// Where a look-up for a hash begins.
  [[nodiscard]] std::size_t start(std::size_t hash) const { return hash & mask_; }
  [[nodiscard]] std::size_t after(std::size_t at) const { return (at + 1) & mask_; }

  [[nodiscard]] Slot& operator[](std::size_t at) { return first_[at]; }
  [[nodiscard]] const Slot& operator[](std::size_t at) const { return first_[at]; }

  [[nodiscard]] const Slot* begin() const { return first_; }
  [[nodiscard]] const Slot* end() const { return first_ + size(); }

 private:
  platform::huge_buffer memory_;
  Slot* first_ = nullptr;
  std::size_t mask_ = 0;
};

}  // namespace qx::text
