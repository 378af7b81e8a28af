// SPDX-License-Identifier: MIT
#include <qx/text/unicode.hpp>

namespace qx::text {

namespace {

/// The shape of a sequence by its first byte: its length (0: no sequence begins so) and the range
/// of its second byte, which alone rules out overlong forms, surrogates and too large codes.
struct lead {
  std::uint32_t length;
  unsigned char low, high;
};

constexpr lead lead_of(unsigned char byte) {
  if (byte < 0x80) return {1, 0, 0};
  if (byte < 0xC2) return {0, 0, 0};
  if (byte < 0xE0) return {2, 0x80, 0xBF};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte < 0xF0) return {3, 0x80, 0xBF};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte < 0xF4) return {4, 0x80, 0xBF};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

/// How many of the bytes of the sequence at `at` are there and right; at most `shape.length`.
std::uint32_t good_bytes(std::string_view text, std::size_t at, lead shape) {
  std::uint32_t count = 1;
  while (count < shape.length && at + count < text.size()) {
    const unsigned char byte = static_cast<unsigned char>(text[at + count]);
    const unsigned char low = count == 1 ? shape.low : 0x80;
    const unsigned char high = count == 1 ? shape.high : 0xBF;
    if (byte < low || byte > high) break;
    ++count;
  }
  return count;
}

}  // namespace

utf8_step read_utf8(std::string_view text, std::size_t at) {
  const unsigned char first = static_cast<unsigned char>(text[at]);
  if (first < 0x80) return {first, 1, true};
  const lead shape = lead_of(first);
  if (shape.length == 0 || good_bytes(text, at, shape) != shape.length) {
    return {replacement_character, 1, false};
  }
  char32_t code = first & (0x7Fu >> shape.length);
  for (std::uint32_t i = 1; i < shape.length; ++i) {
    code = code << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3Fu);
  }
  return {code, shape.length, true};
}

std::size_t incomplete_utf8_tail(std::string_view text) {
  for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const std::size_t at = text.size() - back;
    const lead shape = lead_of(static_cast<unsigned char>(text[at]));
    if (shape.length > back && good_bytes(text, at, shape) == back) return back;
  }
  return 0;
}

}  // namespace qx::text
