// SPDX-License-Identifier: MIT
/// \file
/// What the values of templates mean whatever is done with them: truth, equality, order, text.
#pragma once

#include <qx/text/template_value.hpp>

#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace qx::text {

[[nodiscard]] bool is_true(const template_value& v);
[[nodiscard]] bool are_equal(const template_value& a, const template_value& b);
/// Of two numbers or two strings; nothing for others.
[[nodiscard]] std::optional<std::partial_ordering> order_of(const template_value& a,
                                                            const template_value& b);
/// A number as a double; a truth is 0 or 1.
[[nodiscard]] std::optional<double> number_of(const template_value& v);
/// A whole number; a truth is 0 or 1.
[[nodiscard]] std::optional<std::int64_t> whole_of(const template_value& v);

/// As a template prints it: strings as they are, all else as Python writes it.
[[nodiscard]] std::string text_of(const template_value& v);
/// The same with its marks.
[[nodiscard]] marked_text marked_of(const template_value& v);
/// Whether a string in it came from outside.
[[nodiscard]] bool is_foreign(const template_value& v);
/// JSON on one line with ", " and ": ", or indented; characters stay as they are.
[[nodiscard]] std::string json_of(const template_value& v, std::optional<std::size_t> indent = {});
/// "a string", "a list" for errors.
[[nodiscard]] std::string_view kind_of(const template_value& v);

/// Characters of UTF-8; a byte that is none counts as one.
[[nodiscard]] std::size_t character_count(std::string_view text);
/// Bytes before the character of this number; the size of the text beyond its end.
[[nodiscard]] std::size_t character_offset(std::string_view text, std::size_t character);

}  // namespace qx::text
