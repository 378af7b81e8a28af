// SPDX-License-Identifier: MIT
/// \file
/// Importance matrices: for every column of a model's matrices the mean square of what it is
/// multiplied with, measured on text by another program. Errors of columns that see large
/// activations cost more.
///
/// Two kinds of files are read. GGUF with general.type = "imatrix" has for each matrix NAME the
/// tensors NAME.in_sum2 [columns, matrices] and NAME.counts [1, matrices], the sums of squares and
/// how many there were. Older files are a u32 number of entries; per entry a u32 length and a name,
/// a u32 number of calls, a u32 number of values, and the values, floats; then, where they did not
/// end there, a u32 number of chunks and the name of the text. Source: tools/imatrix of llama.cpp.
#pragma once

#include <qx/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qx::gguf {

/// Holds copies; the file may go.
class imatrix {
 public:
  /// errc::io where the system refuses, errc::format where the bytes contradict themselves or are
  /// neither kind of file, errc::range where a value or count is not finite or below 0.
  [[nodiscard]] static result<imatrix> open(const std::filesystem::path& path);
  /// The same for bytes in memory; `source` names them in messages.
  [[nodiscard]] static result<imatrix> parse(std::span<const std::byte> bytes, std::string source);

  /// Mean squares, matrix after matrix for tensors of several; empty where the tensor is not known.
  [[nodiscard]] std::span<const float> find(std::string_view tensor) const;

  /// By name.
  [[nodiscard]] const std::map<std::string, std::vector<float>, std::less<>>& entries() const {
    return entries_;
  }
  [[nodiscard]] const std::string& source() const { return source_; }
  /// The text it was measured on; empty where the file does not say.
  [[nodiscard]] const std::string& dataset() const { return dataset_; }
  /// How many pieces of text; 0 where the file does not say.
  [[nodiscard]] std::uint32_t chunks() const { return chunks_; }

 private:
  explicit imatrix(std::string source) : source_(std::move(source)) {}
  [[nodiscard]] result<void> read_gguf(std::span<const std::byte> bytes);
  [[nodiscard]] result<void> read_older(std::span<const std::byte> bytes);

  std::string source_, dataset_;
  std::uint32_t chunks_ = 0;
  std::map<std::string, std::vector<float>, std::less<>> entries_;
};

}  // namespace qx::gguf
