// SPDX-License-Identifier: MIT
/// \file
/// The alphabet that byte-level vocabularies are spelt in (GPT-2, `bytes_to_unicode`): a printable
/// byte of Latin-1 stands for itself, the other 68 are U+0100, U+0101, … in ascending order.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace qx::text {

inline constexpr unsigned byte_alphabet_size = 256 + 68;

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

/// Writes the bytes that `spelling` stands for to `to`, which has room for as many as it has; the
/// end of them, or null where a character is not of the alphabet. All of the alphabet is one or two
/// bytes of UTF-8, which is quick to read; a vocabulary has a million of them.
inline char* decode_into(char* to, std::string_view spelling) {
  for (std::size_t at = 0; at < spelling.size(); ++at) {
    unsigned code = static_cast<unsigned char>(spelling[at]);
    if (code >= 0x80) {
      const unsigned next =
          at + 1 < spelling.size() ? static_cast<unsigned char>(spelling[at + 1]) : 0;
      const bool pair = code >= 0xC2 && code <= 0xC5 && (next & 0xC0) == 0x80;
      code = pair ? (code & 0x1F) << 6 | (next & 0x3F) : byte_alphabet_size;
      ++at;
    }
    const int byte = code < byte_alphabet_size ? byte_of_code[code] : -1;
    if (byte < 0) return nullptr;
    *to++ = static_cast<char>(byte);
  }
  return to;
}

/// Appends the bytes that `spelling` stands for. False, and nothing appended, where a character
/// is not of the alphabet.
inline bool append_decoded(std::string& out, std::string_view spelling) {
  const std::size_t before = out.size();
  bool decoded = false;
  out.resize_and_overwrite(before + spelling.size(), [&](char* data, std::size_t) {
    const char* end = decode_into(data + before, spelling);
    decoded = end != nullptr;
    return decoded ? static_cast<std::size_t>(end - data) : before;
  });
  return decoded;
}

}  // namespace qx::text
