// SPDX-License-Identifier: MIT
/// \file
/// Zeroed memory for weights and caches, in huge pages where the system has them: a sweep over
/// gigabytes then misses the address cache 512 times less often.
#pragma once

#include <qx/core/error.hpp>

#include <cstddef>
#include <span>

namespace qx::platform {

/// Memory straight from the operating system. Buffers of 2 MiB and more begin at a multiple of
/// 2 MiB, smaller ones at a page. Pages take physical memory when they are first touched.
class huge_buffer {
 public:
  static constexpr std::size_t huge_page = std::size_t{2} << 20;

  /// errc::memory with the number of bytes where there is not enough. 0 bytes give an empty buffer.
  [[nodiscard]] static result<huge_buffer> create(std::size_t bytes);

  huge_buffer() = default;
  ~huge_buffer();
  huge_buffer(huge_buffer&& other) noexcept;
  huge_buffer& operator=(huge_buffer&& other) noexcept;

  [[nodiscard]] std::byte* data() const { return bytes_.data(); }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] std::span<std::byte> bytes() const { return bytes_; }

 private:
  explicit huge_buffer(std::span<std::byte> bytes) : bytes_(bytes) {}

  std::span<std::byte> bytes_;
};

}  // namespace qx::platform
