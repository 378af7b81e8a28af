// SPDX-License-Identifier: MIT
/// \file
/// Reads GGUF files. Everything in the header of a file is checked against the bytes that exist
/// before it is used, so that a file from anywhere can be opened.
#pragma once

#include <qx/core/dtype.hpp>
#include <qx/core/error.hpp>
#include <qx/core/message.hpp>
#include <qx/gguf/value.hpp>
#include <qx/platform/mapped_file.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qx::gguf {

struct key_value {
  std::string_view key;
  gguf::value value;
};

struct tensor_info {
  std::string_view name;
  dtype type = dtype::f32;
  std::size_t rank = 0;                                ///< 0…4
  std::array<std::size_t, max_rank> dims{1, 1, 1, 1};  ///< fastest first; 1 beyond the rank
  std::span<const std::byte> data;                     ///< whole blocks, aligned as the file says

  [[nodiscard]] std::size_t elements() const { return dims[0] * dims[1] * dims[2] * dims[3]; }
  /// Elements along dims[0], the axis that blocks run along.
  [[nodiscard]] std::size_t row_elements() const { return dims[0]; }
  [[nodiscard]] std::size_t rows() const { return dims[1] * dims[2] * dims[3]; }
  [[nodiscard]] std::size_t row_bytes() const { return qx::bytes_of(type, dims[0]); }
};

/// What T is called in a message about a value that is not one.
template <class T>
[[nodiscard]] std::string wanted_name();

/// An opened file: its metadata and its tensors, as views. They are valid as long as the object or
/// one that it was moved to lives.
class file {
 public:
  /// Maps the file at `path`. errc::io where the system refuses, errc::format with the place
  /// where the bytes contradict themselves, errc::unsupported for version 1, big-endian files and
  /// tensor types that qx does not know.
  [[nodiscard]] static result<file> open(const std::filesystem::path& path);
  /// The same for bytes in memory, which must outlive the object; `source` names them in messages.
  [[nodiscard]] static result<file> parse(std::span<const std::byte> bytes,
                                          std::string source = "GGUF data");

  /// Where the bytes came from: the path, or the `source` given to parse().
  [[nodiscard]] const std::string& source() const { return source_; }
  [[nodiscard]] std::uint32_t version() const { return version_; }
  [[nodiscard]] std::size_t alignment() const { return alignment_; }
  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }
  /// Where the data begins; tensors follow each other from here.
  [[nodiscard]] std::size_t data_offset() const { return data_offset_; }

  /// In the order of the file.
  [[nodiscard]] std::span<const key_value> metadata() const { return metadata_; }
  [[nodiscard]] std::span<const tensor_info> tensors() const { return tensors_; }

  /// nullptr where there is no such key or tensor.
  [[nodiscard]] const value* find(std::string_view key) const;
  [[nodiscard]] const tensor_info* find_tensor(std::string_view name) const;

  /// The value of a key as a T (see value::as). errc::missing where the key is not there,
  /// errc::format where the value is of another kind, errc::range where an integer does not fit.
  template <class T>
  [[nodiscard]] result<T> get(std::string_view key) const {
    const value* found = find(key);
    if (found == nullptr)
      return fail(errc::missing, message(source_, ": there is no key '", key, "'"));
    if (auto out = found->as<T>()) return *std::move(out);
    return mismatch(key, *found, Integer<T>, wanted_name<T>());
  }
  /// The same, but a key that is not there gives `otherwise`; one of the wrong kind is an error.
  template <class T>
  [[nodiscard]] result<T> get_or(std::string_view key, T otherwise) const {
    return find(key) == nullptr ? result<T>(std::move(otherwise)) : get<T>(key);
  }

  /// For hints about what will be read next; nothing where the bytes came from memory.
  [[nodiscard]] const platform::mapped_file& mapping() const { return map_; }

 private:
  friend class parser;
  file() = default;
  [[nodiscard]] std::unexpected<error> mismatch(std::string_view key, const value& found,
                                                bool integer_wanted, std::string_view wanted) const;

  platform::mapped_file map_;
  std::span<const std::byte> bytes_;
  std::string source_;
  std::uint32_t version_ = 0;
  std::size_t alignment_ = default_alignment;
  std::size_t data_offset_ = 0;
  std::vector<key_value> metadata_;
  std::vector<tensor_info> tensors_;
  // Positions in the two lists above, by name: binary search needs no copies of the names.
  std::vector<std::uint32_t> keys_sorted_;
  std::vector<std::uint32_t> tensors_sorted_;
};

template <class T>
std::string wanted_name() {
  if constexpr (Integer<T>)
    return message("an integer from ", std::numeric_limits<T>::min(), " to ",
                   std::numeric_limits<T>::max());
  else if constexpr (std::floating_point<T>)
    return "a floating-point number";
  else if constexpr (std::same_as<T, bool>)
    return "a truth value";
  else if constexpr (std::convertible_to<T, std::string_view>)
    return "a string";
  else if constexpr (std::same_as<T, string_array>)
    return "an array of strings";
  else
    return message("an array of ", name(type_of<typename T::value_type>));
}

}  // namespace qx::gguf
