// SPDX-License-Identifier: MIT
#include <qx/text/unicode.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace qx::text;

namespace {

struct reading {
  std::string_view bytes;
  char32_t code;
  std::uint32_t length;
  bool valid;
};

}  // namespace

TEST_CASE("well-formed UTF-8 is read by the character, at the edges of every length") {
  const reading cases[] = {
      {"\x7F", 0x7F, 1, true},
      {"\xC2\x80", 0x80, 2, true},
      {"\xDF\xBF", 0x7FF, 2, true},
      {"\xE0\xA0\x80", 0x800, 3, true},
      {"\xED\x9F\xBF", 0xD7FF, 3, true},
      {"\xEE\x80\x80", 0xE000, 3, true},
      {"\xEF\xBF\xBF", 0xFFFF, 3, true},
      {"\xF0\x90\x80\x80", 0x10000, 4, true},
      {"\xF4\x8F\xBF\xBF", 0x10FFFF, 4, true},
  };
  for (const reading& c : cases) {
    CAPTURE(static_cast<std::uint32_t>(c.code));
    const utf8_step step = read_utf8(c.bytes, 0);
    CHECK(step.code == c.code);
    CHECK(step.length == c.length);
    CHECK(step.valid == c.valid);
  }
}

TEST_CASE("what is not UTF-8 is a step of one byte") {
  const std::string_view cases[] = {
      "\x80",      // a continuation without a beginning
      "\xC0\x80",  // overlong forms
      "\xC1\xBF",
      "\xE0\x9F\xBF",
      "\xF0\x8F\xBF\xBF",
      "\xED\xA0\x80",      // a surrogate
      "\xF4\x90\x80\x80",  // beyond U+10FFFF
      "\xF5\x80\x80\x80",
      "\xFF",
      "\xE2\x96",  // cut short
      "\xE2\x96"
      "a",  // broken off
  };
  for (const std::string_view bytes : cases) {
    CAPTURE(static_cast<int>(static_cast<unsigned char>(bytes[0])));
    const utf8_step step = read_utf8(bytes, 0);
    CHECK(step.code == replacement_character);
    CHECK(step.length == 1);
    CHECK_FALSE(step.valid);
  }
}

TEST_CASE("the incomplete tail is exactly what more bytes could complete") {
  CHECK(incomplete_utf8_tail("") == 0);
  CHECK(incomplete_utf8_tail("abc") == 0);
  CHECK(incomplete_utf8_tail("\xF0\x9F\x99\x82") == 0);
  CHECK(incomplete_utf8_tail("a\xF0\x9F\x99") == 3);
  CHECK(incomplete_utf8_tail("a\xF0\x9F") == 2);
  CHECK(incomplete_utf8_tail("a\xF0") == 1);
  CHECK(incomplete_utf8_tail("\xE2\x96") == 2);
  CHECK(incomplete_utf8_tail("\xC3") == 1);
  CHECK(incomplete_utf8_tail("\x80") == 0);
  CHECK(incomplete_utf8_tail("\xE0\x80") == 0);  // an overlong form cannot be completed
  CHECK(incomplete_utf8_tail("\xED\xA0") == 0);  // nor a surrogate
  CHECK(incomplete_utf8_tail("\xFF") == 0);
  CHECK(incomplete_utf8_tail("\xF0\x9F"
                             "a") == 0);
}

TEST_CASE("classes of code points") {
  using namespace char_class;
  CHECK(classes_of('a') == (letter | lowercase));
  CHECK(classes_of('Z') == (letter | uppercase));
  CHECK(classes_of('7') == number);
  CHECK(classes_of('!') == punctuation);
  CHECK(classes_of('+') == symbol);
  CHECK(classes_of(' ') == whitespace);
  CHECK(classes_of('\n') == whitespace);
  CHECK(classes_of(0x1C) == 0);  // a space to Python's isspace, not to \s
  CHECK(classes_of(0x85) == whitespace);
  CHECK(classes_of(0x3000) == whitespace);
  CHECK(classes_of(0x200B) == 0);     // the zero-width space is none
  CHECK(classes_of(0xBD) == number);  // ½
  CHECK(classes_of(0x0301) == mark);
  CHECK(classes_of(0x01C5) == (letter | uppercase));  // ǅ is titlecase
  CHECK(classes_of(0x4E2D) == letter);                // 中
  CHECK(classes_of(0x1F642) == symbol);
  CHECK(classes_of(0x2EBF0) == letter);  // new in Unicode 15.1
  CHECK(classes_of(0xE000) == 0);        // private use
  CHECK(classes_of(0x10FFFF) == 0);
  CHECK(classes_of(0x110000) == 0);
}
