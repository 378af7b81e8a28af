// SPDX-License-Identifier: MIT
/// \file
/// Turns the header of a GGUF file into lists of keys and tensors, believing nothing.
#pragma once

#include "src/gguf/cursor.hpp"

#include <qx/core/message.hpp>
#include <qx/gguf/reader.hpp>

#include <cstdint>
#include <string_view>

namespace qx::gguf {

/// Fills a file object from its bytes; each step leaves the cursor behind what it read.
class parser {
 public:
  explicit parser(file& out) : out_(out), at_(out.bytes_) {}

  [[nodiscard]] result<void> run();

 private:
  [[nodiscard]] result<void> read_version();
  [[nodiscard]] result<void> read_counts();
  [[nodiscard]] result<void> read_metadata();
  [[nodiscard]] result<value> read_value(std::string_view key);
  [[nodiscard]] result<value> read_array(std::string_view key);
  [[nodiscard]] result<void> check_booleans(std::string_view key, std::span<const std::byte> bytes);
  [[nodiscard]] result<void> read_alignment();
  [[nodiscard]] result<void> read_tensors();
  [[nodiscard]] result<tensor_info> read_tensor(std::size_t index);
  [[nodiscard]] result<void> read_extents(tensor_info& tensor);
  [[nodiscard]] result<void> read_type(tensor_info& tensor);
  [[nodiscard]] result<std::uint64_t> byte_size(const tensor_info& tensor) const;
  [[nodiscard]] result<void> place_tensors();
  [[nodiscard]] result<void> sort_names();

  template <class... Parts>
  [[nodiscard]] std::unexpected<error> refuse(errc code, const Parts&... parts) const {
    return fail(code, message(out_.source_, ": ", parts...));
  }
  template <class... Parts>
  [[nodiscard]] std::unexpected<error> bad(const Parts&... parts) const {
    return refuse(errc::format, parts...);
  }
  /// The bytes end inside `parts…`.
  template <class... Parts>
  [[nodiscard]] std::unexpected<error> ends(const Parts&... parts) const {
    return bad("the file ends inside ", parts..., " (", at_.left(), " bytes left at byte ",
               at_.position(), ")");
  }

  file& out_;
  cursor at_;
  std::uint64_t tensor_count_ = 0;
  std::uint64_t key_count_ = 0;
  std::vector<std::uint64_t> offsets_;  // of the tensors, from the beginning of the data
};

}  // namespace qx::gguf
