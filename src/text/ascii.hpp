// SPDX-License-Identifier: MIT
/// \file
/// Kinds of ASCII characters, whatever the locale.
#pragma once

#include <string_view>

namespace qx::text {

inline constexpr std::string_view white_space = " \t\n\r\f\v";

[[nodiscard]] constexpr bool is_ascii_space(char c) {
  return white_space.find(c) != std::string_view::npos;
}
[[nodiscard]] constexpr bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
[[nodiscard]] constexpr bool is_ascii_letter(char c) {
  return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z';
}

}  // namespace qx::text
