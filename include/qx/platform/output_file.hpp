// SPDX-License-Identifier: MIT
/// \file
/// A file that appears whole or not at all: it is written beside its final place under another name
/// and renamed when it is complete.
#pragma once

#include <qx/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace qx::platform {

/// Without commit(), the destructor removes what was written, and an older file stays as it was.
class output_file {
 public:
  /// Opens a new file in the folder of `path`. errc::io with the path and the system's reason where
  /// that is not possible, or where `path` is something other than a regular file. A symbolic
  /// link stays; the file that it names is replaced.
  [[nodiscard]] static result<output_file> create(const std::filesystem::path& path);

  ~output_file();
  output_file(output_file&& other) noexcept;
  output_file& operator=(output_file&&) = delete;

  /// Appends. errc::io with the path and the system's reason (no space left, for example).
  [[nodiscard]] result<void> write(std::span<const std::byte> bytes);
  /// Bytes appended so far.
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// Puts the file in its place, with all that was written on the disk.
  [[nodiscard]] result<void> commit();

 private:
  output_file(std::filesystem::path path, std::filesystem::path temporary, int descriptor);
  [[nodiscard]] result<void> flush();
  [[nodiscard]] result<void> put(std::span<const std::byte> bytes);
  void close() noexcept;

  std::filesystem::path path_;
  std::filesystem::path temporary_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  std::vector<std::byte> pending_;  // small writes wait here for company
};

}  // namespace qx::platform
