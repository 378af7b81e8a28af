// SPDX-License-Identifier: MIT
/// \file
/// Where the reference data of the tests is, and how it is read.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace qx::test {

/// The folder of reference data: QX_TEST_DATA, else `../shared/data` beside the source tree;
/// nothing where neither exists, in which case a test says "skipped: no reference data".
[[nodiscard]] inline std::optional<std::filesystem::path> data_root() {
  std::error_code none;
  if (const char* named = std::getenv("QX_TEST_DATA"); named != nullptr && *named != '\0') {
    if (std::filesystem::is_directory(named, none)) return std::filesystem::path(named);
    throw std::runtime_error(std::string("QX_TEST_DATA is not a folder: ") + named);
  }
#if defined(QX_SOURCE_ROOT)
  const auto beside = std::filesystem::path(QX_SOURCE_ROOT).parent_path() / "shared" / "data";
  if (std::filesystem::is_directory(beside, none)) return beside;
#endif
  return std::nullopt;
}

[[nodiscard]] inline std::vector<std::byte> read_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  const std::vector<char> text{std::istreambuf_iterator<char>(file), {}};
  const auto* first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}

/// The file as elements of a trivial type; it must hold a whole number of them.
template <class T>
  requires std::is_trivially_copyable_v<T>
[[nodiscard]] std::vector<T> read_array(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  const auto bytes = static_cast<std::size_t>(file.tellg());
  if (bytes % sizeof(T) != 0) throw std::runtime_error("not whole elements: " + path.string());
  std::vector<T> out(bytes / sizeof(T));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(bytes));
  return out;
}

}  // namespace qx::test
