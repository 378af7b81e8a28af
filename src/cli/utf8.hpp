// SPDX-License-Identifier: MIT
/// \file
/// Text from files that is to be shown: never a control character, always UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace qx::cli {

enum class quoting {
  json,      ///< \" \\ \n and \u00XX, as JSON has them; bytes that are not UTF-8 become U+FFFD
  terminal,  ///< the same for control characters, without quotes escaped
};

[[nodiscard]] std::string escaped(std::string_view text, quoting how);

/// At most `characters` characters, with "…" where more were there.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t characters);

/// Characters of UTF-8 text: what it takes on a line, near enough.
[[nodiscard]] std::size_t length_of(std::string_view text);

}  // namespace qx::cli
