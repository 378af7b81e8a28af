// SPDX-License-Identifier: MIT
/// \file
/// What filters and methods of templates do with strings.
#pragma once

#include <qx/text/template_value.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace qx::text {

/// `text` without the characters of `what` at its ends; white space where there is no `what`.
[[nodiscard]] std::string_view trimmed(std::string_view text, const template_value* what,
                                       bool left = true, bool right = true);
/// The first `most` places of `what` become `by`; an empty `what` is before every byte and at the
/// end.
[[nodiscard]] marked_text replaced(const marked_text& text, std::string_view what,
                                   const marked_text& by, std::size_t most);
[[nodiscard]] std::string upper_ascii(std::string_view text);
[[nodiscard]] std::string lower_ascii(std::string_view text);
/// The first letter of the text as a capital, or that of every word; the others small.
[[nodiscard]] std::string capital_ascii(std::string_view text);
[[nodiscard]] std::string title_ascii(std::string_view text);

}  // namespace qx::text
