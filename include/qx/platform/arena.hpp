// SPDX-License-Identifier: MIT
/// \file
/// One piece of memory, sized before it is used and handed out from the front: temporaries of a
/// graph cost an addition, and steady state allocates nothing.
#pragma once

#include <qx/core/error.hpp>
#include <qx/platform/huge_buffer.hpp>

#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>

namespace qx::platform {

/// Not to be used by two threads at once. Memory is zero until it is first handed out.
class arena {
 public:
  static constexpr std::size_t default_alignment = 64;  // a cache line, and the widest register

  /// errc::memory where the system has less. The capacity never changes.
  [[nodiscard]] static result<arena> create(std::size_t capacity) {
    auto memory = huge_buffer::create(capacity);
    if (!memory) return std::unexpected(std::move(memory).error());
    return arena(std::move(*memory));
  }

  arena() = default;
  arena(arena&& other) noexcept
      : memory_(std::move(other.memory_)), used_(std::exchange(other.used_, 0)),
        peak_(std::exchange(other.peak_, 0)) {}
  arena& operator=(arena&& other) noexcept {
    memory_ = std::move(other.memory_);
    used_ = std::exchange(other.used_, 0);
    peak_ = std::exchange(other.peak_, 0);
    return *this;
  }

  /// `bytes` bytes at a multiple of `alignment` (a power of two, at most a page), or nullptr where
  /// less is left. 0 bytes give a valid address that must not be read.
  [[nodiscard]] std::byte* allocate(std::size_t bytes, std::size_t alignment = default_alignment) {
    const std::size_t padding = (alignment - used_ % alignment) % alignment;
    if (padding > available() || bytes > available() - padding) return nullptr;
    std::byte* const at = memory_.data() + used_ + padding;
    used_ += padding + bytes;
    peak_ = used_ > peak_ ? used_ : peak_;
    return at;
  }

  /// `count` elements; errc::memory, with what is left, where they do not fit.
  template <class T>
    requires std::is_trivially_destructible_v<T> && std::is_trivially_copyable_v<T>
  [[nodiscard]] result<std::span<T>> make(std::size_t count) {
    constexpr std::size_t alignment =
        alignof(T) > default_alignment ? alignof(T) : default_alignment;
    if (count > capacity() / sizeof(T)) return refuse(count, sizeof(T));
    std::byte* const at = allocate(count * sizeof(T), alignment);
    if (at == nullptr) return refuse(count, sizeof(T));
    return std::span<T>(reinterpret_cast<T*>(at), count);
  }

  /// Where the arena stands; release() takes back everything handed out since. Marks are released
  /// in the reverse order in which they were taken.
  [[nodiscard]] std::size_t mark() const { return used_; }
  void release(std::size_t mark) { used_ = mark < used_ ? mark : used_; }

  [[nodiscard]] std::size_t capacity() const { return memory_.size(); }
  [[nodiscard]] std::size_t used() const { return used_; }
  [[nodiscard]] std::size_t available() const { return capacity() - used_; }
  /// The most that was ever in use: what the capacity should have been.
  [[nodiscard]] std::size_t peak() const { return peak_; }

 private:
  explicit arena(huge_buffer memory) : memory_(std::move(memory)) {}

  [[nodiscard]] std::unexpected<error> refuse(std::size_t count, std::size_t size) const;

  huge_buffer memory_;
  std::size_t used_ = 0;
  std::size_t peak_ = 0;
};

}  // namespace qx::platform
