// SPDX-License-Identifier: MIT
/// \file
/// Writes GGUF files, version 3. Metadata and descriptions of tensors are collected first; the data
/// of a tensor is asked for when its turn comes, so that a file may be larger than memory.
#pragma once

#include <qx/core/dtype.hpp>
#include <qx/core/error.hpp>
#include <qx/gguf/reader.hpp>
#include <qx/gguf/value.hpp>
#include <qx/platform/output_file.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qx::gguf {

/// Takes the data of one tensor, piece by piece.
class tensor_sink {
 public:
  tensor_sink(platform::output_file& out, std::uint64_t expected) : out_(out), left_(expected) {}

  /// Appends. errc::argument where this is more than the tensor has room for, errc::io where the
  /// system refuses.
  [[nodiscard]] result<void> write(std::span<const std::byte> bytes);
  /// Bytes that the tensor still lacks.
  [[nodiscard]] std::uint64_t left() const { return left_; }

 private:
  platform::output_file& out_;
  std::uint64_t left_;
};

/// Writes the whole data of a tensor into the sink.
using tensor_producer = std::function<result<void>(tensor_sink&)>;

/// Collects, then writes. Keys and tensors are written in the order in which they were added.
class writer {
 public:
  /// Sets a key; one that is there already keeps its place and gets the new value. A number is
  /// stored in the type it is given in: the caller chooses between, say, u32 and i32.
  template <Stored T>
  void set(std::string_view key, T number) {
    set(key, value(type_of<T>, std::as_bytes(std::span(&number, 1))));
  }
  void set(std::string_view key, std::string_view text) {
    set(key, value(value_type::string, std::as_bytes(std::span(text))));
  }
  /// Sets a key to an array of numbers or truth values.
  template <std::ranges::contiguous_range R>
    requires Stored<std::ranges::range_value_t<R>>
  void set(std::string_view key, const R& numbers) {
    const std::span elements(numbers);
    set(key,
        value(type_of<std::ranges::range_value_t<R>>, elements.size(), std::as_bytes(elements)));
  }
  /// Sets a key to an array of strings.
  template <std::ranges::forward_range R>
    requires(std::convertible_to<std::ranges::range_value_t<R>, std::string_view>)
  void set(std::string_view key, const R& strings) {
    std::string bytes;
    std::size_t count = 0;
    for (const std::string_view text : strings) {
      append_string(bytes, text);
      ++count;
    }
    set(key, value(value_type::string, count, std::as_bytes(std::span(bytes))));
  }
  /// Sets a key to a value of another file, byte for byte.
  void set(std::string_view key, const value& v);
  /// Sets all keys of another file, the alignment included.
  void copy_metadata(const file& from);
  /// False where there was no such key.
  bool erase(std::string_view key);

  /// Adds a tensor whose data `produce` writes when its turn comes. `dims` are fastest first, as in
  /// tensor_info. errc::argument where the name is taken or longer than 64 bytes, where there are
  /// more than four axes or an extent of 0, or where rows do not divide into blocks.
  [[nodiscard]] result<void> add(std::string_view name, dtype type,
                                 std::span<const std::size_t> dims, tensor_producer produce);
  /// Adds a tensor with its data, which must stay until write() has returned.
  [[nodiscard]] result<void> add(std::string_view name, dtype type,
                                 std::span<const std::size_t> dims,
                                 std::span<const std::byte> data);
  /// Adds a tensor of another file, which must stay open until write() has returned.
  [[nodiscard]] result<void> add(const tensor_info& from);

  [[nodiscard]] std::size_t tensor_count() const { return tensors_.size(); }

  /// Writes the file; it appears at `path` whole or not at all. errc::io where the system refuses,
  /// errc::argument where general.alignment or a key makes no valid file or a producer wrote too
  /// few or too many bytes; the producers' own errors.
  [[nodiscard]] result<void> write(const std::filesystem::path& path) const;

  /// All that lies before the data, padded to where the first tensor begins: for a file that is put
  /// together in memory. Tensors follow in the order of add(), each padded to the alignment.
  [[nodiscard]] result<std::string> head() const;

 private:
  struct entry {
    std::string key;
    value_type type;
    value_type element;
    std::size_t count;
    std::vector<std::byte> bytes;
  };
  struct pending_tensor {
    std::string name;
    dtype type;
    std::vector<std::size_t> dims;
    std::uint64_t bytes;
    tensor_producer produce;
  };

  static void append_string(std::string& out, std::string_view text);
  [[nodiscard]] result<std::size_t> alignment() const;
  [[nodiscard]] result<std::string> header(std::size_t alignment) const;

  std::vector<entry> entries_;
  std::vector<pending_tensor> tensors_;
};

}  // namespace qx::gguf
