// SPDX-License-Identifier: MIT
/// \file
/// How SentencePiece files spell tokens: U+2581 for a space, `<0x0A>` for a byte.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace qx::text {

inline constexpr std::string_view lower_block = "\xE2\x96\x81";  ///< U+2581, ▁

/// Appends `text` with a space for every U+2581.
inline void append_unescaped(std::string& out, std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t next = text.find(lower_block, at);
    out += text.substr(at, next - at);
    if (next == std::string_view::npos) return;
    out += ' ';
    at = next + lower_block.size();
  }
}

/// The byte of a spelling like `<0x0A>`; none for any other text.
inline std::optional<unsigned char> byte_of_spelling(std::string_view text) {
  constexpr auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
  };
  if (text.size() != 6 || !text.starts_with("<0x") || text[5] != '>') return std::nullopt;
  const int high = digit(text[3]), low = digit(text[4]);
  if (high < 0 || low < 0) return std::nullopt;
  return static_cast<unsigned char>(high << 4 | low);
}

}  // namespace qx::text
