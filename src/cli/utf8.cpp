// SPDX-License-Identifier: MIT
#include "utf8.hpp"

#include <array>

namespace qx::cli {
namespace {

constexpr unsigned byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

/// Bytes of the well-formed character at `i`, or 0 where there is none.
std::size_t character(std::string_view text, std::size_t i) {
  const unsigned lead = byte_at(text, i);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (length == 0 || lead > 0xF4 || text.size() - i < length) return 0;
  for (std::size_t k = 1; k < length; ++k)
    if ((byte_at(text, i + k) & 0xC0) != 0x80) return 0;
  const unsigned second = byte_at(text, i + 1);
  const bool too_long = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool not_allowed = (lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F);
  return too_long || not_allowed ? 0 : length;
}

void append_control(std::string& out, unsigned code) {
  constexpr std::string_view digits = "0123456789abcdef";
  switch (code) {
  case '\n':
    out += "\\n";
    return;
  case '\t':
    out += "\\t";
    return;
  case '\r':
    out += "\\r";
    return;
  default:
    out += "\\u00";
    out += digits[code >> 4];
    out += digits[code & 15];
  }
}

}  // namespace

std::string escaped(std::string_view text, quoting how) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = character(text, i);
    const unsigned code = byte_at(text, i);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      ++i;
      continue;
    }
    // The second range of control characters, C1, starts escape sequences on some terminals.
    const bool c1 = length == 2 && code == 0xC2 && byte_at(text, i + 1) < 0xA0;
    if (code < 0x20 || code == 0x7F)
      append_control(out, code);
    else if (c1)
      append_control(out, byte_at(text, i + 1));
    else if (how == quoting::json && (code == '"' || code == '\\'))
      (out += '\\') += text[i];
    else
      out += text.substr(i, length);
    i += length;
  }
  return out;
}

std::string shortened(std::string_view text, std::size_t characters) {
  std::size_t i = 0, seen = 0;
  while (i < text.size() && seen < characters) {
    const std::size_t length = character(text, i);
    i += length == 0 ? 1 : length;
    ++seen;
  }
  return std::string(text.substr(0, i)) + (i < text.size() ? "…" : "");
}

std::size_t length_of(std::string_view text) {
  std::size_t out = 0;
  for (const char c : text)
    out += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return out;
}

}  // namespace qx::cli
