// SPDX-License-Identifier: MIT
/// \file
/// A file seen as memory, read-only: pages are read when they are touched and shared with every
/// other process that maps the same file.
#pragma once

#include <qx/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace qx::platform {

/// The mapping lives as long as the object; a moved-from object is empty. As with every mapping, a
/// file that another process shortens while it is mapped ends this process with SIGBUS.
class mapped_file {
 public:
  /// errc::io with the path and the system's reason: no such file, no permission, a directory or
  /// anything else that is not a regular file. An empty file gives empty bytes().
  [[nodiscard]] static result<mapped_file> open(const std::filesystem::path& path);

  mapped_file() = default;
  ~mapped_file();
  mapped_file(mapped_file&& other) noexcept;
  mapped_file& operator=(mapped_file&& other) noexcept;

  /// Page-aligned; the address does not change when the object is moved.
  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  /// When the file was written to last, in nanoseconds since 1970, as it was opened.
  [[nodiscard]] std::int64_t modified() const { return modified_; }

  /// Hints for a part of bytes(), rounded to whole pages: read ahead what is needed soon; forget
  /// what will not be needed again (it is read from the file anew if it is touched after all).
  void will_need(std::span<const std::byte> part) const;
  void done_with(std::span<const std::byte> part) const;

 private:
  mapped_file(std::span<const std::byte> bytes, std::int64_t modified)
      : bytes_(bytes), modified_(modified) {}

  std::span<const std::byte> bytes_;
  std::int64_t modified_ = 0;
};

}  // namespace qx::platform
