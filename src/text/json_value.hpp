// SPDX-License-Identifier: MIT
/// \file
/// Reads JSON (RFC 8259) into values that keep the order of members.
#pragma once

#include <qx/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace qx::text {

struct json_value {
  enum class type : std::uint8_t { null, boolean, number, string, array, object };
  type what = type::null;
  bool truth = false;
  std::string text;  ///< of a string, its characters; of a number, its digits as they were written
  std::string name;  ///< as a member of an object
  std::size_t place = 0;  ///< byte of the text at which it begins
  std::vector<json_value> items;
  std::vector<json_value> members;

  /// The member of that name, or null.
  [[nodiscard]] const json_value* find(std::string_view wanted) const;
  [[nodiscard]] bool is(type t) const { return what == t; }
};

/// errc::format names the line and the column. Nesting is limited to 200; bytes that are not UTF-8
/// are no JSON.
[[nodiscard]] result<json_value> parse_json(std::string_view text);

/// The JSON text of a value, with no spaces in it.
[[nodiscard]] std::string json_text(const json_value& value);
/// A string with its quotation marks.
[[nodiscard]] std::string json_quoted(std::string_view text);

}  // namespace qx::text
