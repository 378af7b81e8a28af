// SPDX-License-Identifier: MIT
#include <qx/text/pre_type.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace qx::text;

namespace {

/// The words with a bar between them.
std::string cut(std::string_view pre, std::string_view text) {
  const auto rules = find_pre_rules(pre);
  REQUIRE(rules.has_value());
  std::vector<std::size_t> ends;
  split_words(text, *rules, ends);
  std::string out;
  std::size_t begin = 0;
  for (const std::size_t end : ends) {
    REQUIRE(end > begin);
    if (begin != 0) out += '|';
    out += text.substr(begin, end - begin);
    begin = end;
  }
  CHECK(begin == text.size());
  return out;
}

struct example {
  std::string_view text, words;
};

}  // namespace

TEST_CASE("gpt-2: words take one space, white space leaves one, contractions are lower case") {
  const example cases[] = {
      {"Hello world", "Hello| world"},
      {"  a", " | a"},
      {"a   b", "a|  | b"},
      {"a  ", "a|  "},
      {"a\n\nb", "a|\n|\n|b"},
      {"a \nb", "a| |\n|b"},
      {"\ta", "\t|a"},
      {"it's", "it|'s"},
      {"it'S", "it|'|S"},
      {"we'll've're'd'm't", "we|'ll|'ve|'re|'d|'m|'t"},
      {"'l'v'r", "'|l|'|v|'|r"},
      {"a1b22", "a|1|b|22"},
      {"1234567", "1234567"},
      {" 12 x", " 12| x"},
      {"x!?.. y", "x|!?..| y"},
      {" 's", " '|s"},
      {"né中文٣", "né中文|٣"},
      {"a\u00a0b", "a|\u00a0|b"},
      {"a\u0301b", "a|\u0301|b"},
  };
  for (const example& c : cases) CHECK(cut("gpt-2", c.text) == c.words);
}

TEST_CASE("llama-bpe: numbers by three, line breaks end signs, any sign may lead a word") {
  const example cases[] = {
      {"Hello world", "Hello| world"},
      {"a\n\nb", "a|\n\n|b"},
      {"a \n \nb", "a| \n \n|b"},
      {"a\n  b", "a|\n| | b"},
      {"a\n  ", "a|\n|  "},
      {"\ta", "\ta"},
      {"it'S", "it|'S"},
      {"it'Re'LL", "it|'Re|'LL"},
      {"1234567", "123|456|7"},
      {" 12", " |12"},
      {"(abc)", "(abc|)"},
      {"a!!\n\nb", "a|!!\n\n|b"},
      {" !\r\nb", " !\r\n|b"},
      {"x\u00a0y", "x|\u00a0y"},
      {"'x", "'x"},
      {"\r\nab", "\r\n|ab"},
      {"#ab1", "#ab|1"},
      {"中1٣²a", "中|1٣²|a"},
  };
  for (const example& c : cases) CHECK(cut("llama-bpe", c.text) == c.words);
}

TEST_CASE("the other rules") {
  CHECK(cut("qwen2", "a12 b") == "a|1|2| b");
  CHECK(cut("starcoder", "a12 b") == "a|1|2| b");
  CHECK(cut("starcoder", "x 12") == "x| |1|2");
  CHECK(cut("falcon", "a1234,b `c") == "a|123|4|,|b| |`|c");
  CHECK(cut("default", "a+b=12345 c") == "a|+|b|=|123|45| c");
  CHECK(cut("default", "it's") == "it|'|s");  // punctuation is cut out before the contractions
  CHECK(cut("default", "a  .b") == "a|  |.|b");
}

TEST_CASE("bytes that are no characters count as signs and stay whole words of bytes") {
  CHECK(cut("gpt-2", "a\xFF\x80!b") == "a|\xFF\x80!|b");
  CHECK(cut("llama-bpe", "\xE2\x96 a") == "\xE2\x96| a");
}

TEST_CASE("an unknown name has no rules, and the assumed ones are those of default") {
  CHECK_FALSE(find_pre_rules("made-up").has_value());
  CHECK_FALSE(find_pre_rules("").has_value());
  CHECK(default_pre_rules().passes == find_pre_rules("default")->passes);
  CHECK(find_pre_rules("llama-bpe")->ignore_merges);
  CHECK(find_pre_rules("llama-bpe")->add_bos);
  CHECK_FALSE(find_pre_rules("gpt-2")->ignore_merges);
  CHECK_FALSE(find_pre_rules("gpt-2")->add_bos);
}

TEST_CASE("an empty text has no words, and what the list held before is gone") {
  std::vector<std::size_t> ends{1, 2, 3};
  split_words("", default_pre_rules(), ends);
  CHECK(ends.empty());
}
