// SPDX-License-Identifier: MIT
#include "json_characters.hpp"

#include <algorithm>
#include <array>

namespace qx::text {
namespace {

/// As the grammar's classes read it, whatever the character.
std::string class_code(char32_t code) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  const std::size_t digits = code < 0x100 ? 2 : 8;
  std::string out = digits == 2 ? "\\x" : "\\U";
  for (std::size_t i = digits; i-- > 0;)
    out += hex[code >> (4 * i) & 15];
  return out;
}

}  // namespace

std::string gbnf_literal(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else if (c == '\r')
      out += "\\r";
    else
      out += c;
  }
  return out + '"';
}

char_ranges all_but(char_ranges ranges) {
  std::ranges::sort(ranges);
  char_ranges rest;
  char32_t next = 0;
  for (const auto& [first, last] : ranges) {
    if (first > next) rest.emplace_back(next, first - 1);
    next = std::max<char32_t>(next, last + 1);
  }
  if (next <= 0x10FFFF) rest.emplace_back(next, 0x10FFFF);
  return rest;
}

std::string gbnf_characters(char_ranges wanted) {
  // Between these are control characters, the quotation mark and the backslash.
  constexpr std::array<std::pair<char32_t, char32_t>, 4> plain{
      {{0x20, 0x21}, {0x23, 0x5B}, {0x5D, 0x7E}, {0x80, 0x10FFFF}}};
  constexpr std::array<std::pair<char32_t, char>, 7> escapes{
      {{'"', '"'}, {'\\', '\\'}, {'\b', 'b'}, {'\f', 'f'}, {'\n', 'n'}, {'\r', 'r'}, {'\t', 't'}}};
  std::string characters, out;
  for (const auto& [first, last] : wanted)
    for (const auto& [from, to] : plain)
      if (const char32_t low = std::max(first, from), high = std::min(last, to); low <= high)
        characters += class_code(low) + '-' + class_code(high);
  if (!characters.empty()) out = '[' + characters + ']';
  for (const auto& [code, sign] : escapes)
    if (std::ranges::any_of(wanted,
                            [&](const auto& r) { return r.first <= code && code <= r.second; }))
      (out += out.empty() ? "" : " | ") += gbnf_literal(std::string{'\\', sign});
  return out.empty() ? "[]" : '(' + out + ')';
}

}  // namespace qx::text
