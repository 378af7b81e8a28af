// SPDX-License-Identifier: MIT
#include <qx/text/pre_type.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace qx::text;

namespace {

/// The words with a bar between them.
std::string words_of(std::string_view pre, std::string_view text) {
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

struct cut_text {
  std::string_view text, words;
};

}  // namespace

TEST_CASE("gpt-2: words take one space, white space leaves one, contractions are lower case") {
  const cut_text cases[] = {
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
  for (const cut_text& c : cases)
    CHECK(words_of("gpt-2", c.text) == c.words);
}

TEST_CASE("llama-bpe: numbers by three, line breaks end signs, any sign may lead a word") {
  const cut_text cases[] = {
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
  for (const cut_text& c : cases)
    CHECK(words_of("llama-bpe", c.text) == c.words);
}

TEST_CASE("the other rules") {
  CHECK(words_of("qwen2", "a12 b") == "a|1|2| b");
  CHECK(words_of("starcoder", "a12 b") == "a|1|2| b");
  CHECK(words_of("starcoder", "x 12") == "x| |1|2");
  CHECK(words_of("falcon", "a1234,b `c") == "a|123|4|,|b| |`|c");
  CHECK(words_of("default", "a+b=12345 c") == "a|+|b|=|123|45| c");
  CHECK(words_of("default", "it's") == "it|'|s");  // punctuation is cut out before the contractions
  CHECK(words_of("default", "a  .b") == "a|  |.|b");
}

TEST_CASE("words by case: capitals, then small letters, contractions at their end") {
  CHECK(words_of("gpt-4o", "HTTPServer fooBar it's IT'S") == "HTTPServer| foo|Bar| it's| IT'S");
  CHECK(words_of("gpt-4o", "1234 a//\n b") == "123|4| a|//\n| b");
  CHECK(words_of("gpt-4o", "\u00C9COLE\u00E9") == "\u00C9COLE\u00E9");
  CHECK(words_of("gpt-4o", "AB\u4E2DCD") ==
        "AB\u4E2D|CD");  // a letter without case ends the small part
  CHECK(words_of("gpt-4o", "\u0301AB") == "\u0301|AB");  // a mark alone is a small letter
  CHECK(words_of("gpt-4o", " \u0301") == " \u0301");
  CHECK(words_of("tekken", "it's 12 fooBar/") == "it|'s| |1|2| foo|Bar|/");
  CHECK(words_of("kimi-k2", "ab\u4E2D\u6587CD 1234") == "ab|\u4E2D\u6587|CD| |123|4");
  CHECK(words_of("youtu", "\u3105ab\uAC00") == "\u3105|ab|\uAC00");
}

TEST_CASE("DeepSeek: runs cut out one after another") {
  CHECK(words_of("deepseek-llm", "a b\n\nc12  ") == "a| b|\n|\n|c|12|  ");
  CHECK(words_of("deepseek-llm", "it's \u4E2D\u6587!") == "it|'|s| |\u4E2D\u6587|!");
  CHECK(words_of("deepseek-coder", "f(x1, 23)\r") == "f|(|x|1|,| |2|3|)|\r");
  CHECK(words_of("deepseek-v3", "foo.bar x1234 \u4E2Da!!\n") ==
        "foo|.bar| x|123|4| |\u4E2D|a|!!\n");
  CHECK(words_of("deepseek-v3", "\x01\x02") ==
        "\x01\x02");  // what matches nothing stays in one piece
}

TEST_CASE("numbers in groups of three from their end") {
  CHECK(words_of("superbpe", "ab 1234567 cd") == "ab |1|234|567| cd");
  CHECK(words_of("superbpe", "123") == "123");
  CHECK(words_of("superbpe", "1\u00B2345") == "1\u00B2|345");
  CHECK(words_of("afmoe", "x1234567") == "x|1|234|567");
  CHECK(words_of("tiny_aya", "1234567 89") == "1|234|567| |89");
  CHECK(words_of("tiny_aya", "1234567g") == "123|456|7|g");  // no end of a word, no groups
}

TEST_CASE("patterns of single families") {
  CHECK(words_of("qwen35", "e\u0301a!\u0301") == "e\u0301a|!\u0301");
  CHECK(words_of("qwen2", "e\u0301") == "e|\u0301");
  CHECK(words_of("bloom", "one two,three (x)") == "one| two|,|three| (|x|)");
  CHECK(words_of("viking", "a12") == "a|1|2");
  CHECK(words_of("minicpm5", "a1234567") == "a|123|456|7");
  CHECK(words_of("seed-coder", "!!\n1") == "!!|\n|1");
  CHECK(words_of("laguna", "a \n\n b") == "a| |\n\n| b");
  CHECK(words_of("exaone-moe", ",  x yz a1") == ",| | x yz a|1");
  CHECK(words_of("jais-2", "           a") == "        |  | a");
  CHECK(words_of("jais-2", "a     ") == "a|    | ");
}

TEST_CASE("cutting is linear: a million spaces, a million letters") {
  std::string mixed(1'000'000, ' ');
  mixed.back() = 'a';
  for (const std::string_view pre :
       {"jais-2", "deepseek-llm", "llama-bpe", "bloom", "exaone-moe"}) {
    std::vector<std::size_t> ends;
    split_words(mixed, *find_pre_rules(pre), ends);
    CHECK(ends.back() == mixed.size());
    split_words(std::string(1'000'000, 'a'), *find_pre_rules(pre), ends);
    CHECK(ends.back() == 1'000'000);
  }
}

TEST_CASE("bytes that are no characters count as signs and stay whole words of bytes") {
  CHECK(words_of("gpt-2", "a\xFF\x80!b") == "a|\xFF\x80!|b");
  CHECK(words_of("llama-bpe", "\xE2\x96 a") == "\xE2\x96| a");
}

TEST_CASE("an unknown name has no rules, and the assumed ones are those of default") {
  CHECK_FALSE(find_pre_rules("made-up").has_value());
  CHECK_FALSE(find_pre_rules("").has_value());
  CHECK(default_pre_rules().passes.data() == find_pre_rules("default")->passes.data());
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
