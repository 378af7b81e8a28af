// SPDX-License-Identifier: MIT
/// \file
/// A folder for files that a test writes, and shorthands for opening them.
#pragma once

#include <qx/gguf/reader.hpp>
#include <qx/gguf/writer.hpp>

#include <chrono>
#include <filesystem>
#include <iterator>
#include <stdexcept>
#include <string>

namespace qx::test {

/// A fresh folder that goes away with the test.
struct scratch {
  scratch() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
    path = std::filesystem::temp_directory_path() / ("qx-gguf-" + std::to_string(now));
    std::filesystem::create_directories(path);
  }
  ~scratch() { std::filesystem::remove_all(path); }
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;

  [[nodiscard]] std::size_t entries() const {
    const std::filesystem::directory_iterator all(path);
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
  }
  /// Writes and opens again; throws with the message of whatever fails.
  [[nodiscard]] gguf::file reopened(const gguf::writer& w) const {
    if (auto done = w.write(path / "out.gguf"); !done)
      throw std::runtime_error(done.error().message);
    auto opened = gguf::file::open(path / "out.gguf");
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }

  std::filesystem::path path;
};

}  // namespace qx::test
