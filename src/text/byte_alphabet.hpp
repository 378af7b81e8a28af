// SPDX-License-Identifier: MIT
/// \file
/// The alphabet that byte-level vocabularies are spelt in (GPT-2, `bytes_to_unicode`): a printable
/// byte of Latin-1 stands for itself, the other 68 are U+0100, U+0101, … in ascending order.
#pragma once

#include <qx/text/unicode.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace qx::text {

inline constexpr char32_t byte_alphabet_size = 256 + 68;

/// [code point] the byte it stands for, -1 for none.
inline constexpr auto byte_of_code = [] {
  std::array<std::int16_t, byte_alphabet_size> table{};
  table.fill(-1);
  std::size_t next = 256;
  for (std::size_t byte = 0; byte < 256; ++byte) {
    const bool printable = (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte != 0xAD);
    table[printable ? byte : next++] = static_cast<std::int16_t>(byte);
  }
  return table;
}();

/// Appends the bytes that `spelling` stands for. False, and nothing appended, where a character
/// is not of the alphabet.
inline bool append_decoded(std::string& out, std::string_view spelling) {
  const std::size_t before = out.size();
  for (std::size_t at = 0; at < spelling.size();) {
    const utf8_step step = read_utf8(spelling, at);
    const int byte = step.valid && step.code < byte_alphabet_size ? byte_of_code[step.code] : -1;
    if (byte < 0) {
      out.resize(before);
      return false;
    }
    out += static_cast<char>(byte);
    at += step.length;
  }
  return true;
}

}  // namespace qx::text
