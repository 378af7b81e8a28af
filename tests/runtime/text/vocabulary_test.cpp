// SPDX-License-Identifier: MIT
#include "vocabularies.hpp"

#include <limits>

using namespace qx;
using namespace qx::test;
using text::token_type;
using text::vocab_data;

namespace {

void check_fails(const vocab_data& data, errc code, std::string_view words) {
  const auto made = text::tokenizer::make(data);
  REQUIRE_FALSE(made.has_value());
  CHECK(made.error().code == code);
  INFO(made.error().message);
  CHECK(made.error().message.find(words) != std::string::npos);
}

/// The ends of a vocabulary that has these control tokens besides `<s>` and `</s>`.
ids ends_of(std::vector<std::string> names, token_type type = token_type::control) {
  auto data = sentencepiece_data();
  for (const std::string& name : names) add_token(data, name, 0, type);
  const text::tokenizer tok = make(data);
  const auto ends = tok.vocab().end_of_generation();
  return {ends.begin(), ends.end()};
}

constexpr token_id first = 259;  // id of the first token that a test adds

}  // namespace

TEST_CASE("what cannot be a vocabulary is refused with a sentence") {
  vocab_data data = sentencepiece_data();
  data.model = "bert";
  check_fails(data, errc::unsupported, "'bert'");

  data = sentencepiece_data();
  data.tokens = {};
  check_fails(data, errc::missing, "no tokens");

  data = sentencepiece_data();
  data.scores.pop_back();
  check_fails(data, errc::format, "258 scores for 259 tokens");

  data = sentencepiece_data();
  data.types.pop_back();
  check_fails(data, errc::format, "258 types for 259 tokens");

  data = sentencepiece_data();
  data.scores[7] = std::numeric_limits<float>::quiet_NaN();
  check_fails(data, errc::format, "scores[7]");

  data = sentencepiece_data();
  add_token(data, "<0xZZ>", 0, token_type::byte);
  check_fails(data, errc::format, "'<0xZZ>'");
}

TEST_CASE("ids that encoding or stopping needs lie inside the vocabulary") {
  for (token_id vocab_data::*id : {&vocab_data::bos, &vocab_data::eos, &vocab_data::unknown,
                                   &vocab_data::eot, &vocab_data::eom}) {
    for (const token_id bad : {259, -2, std::numeric_limits<token_id>::max()}) {
      vocab_data data = sentencepiece_data();
      data.*id = bad;
      check_fails(data, errc::range, "ids are 0 to 258");
    }
  }
  vocab_data data = sentencepiece_data();
  data.padding = 1000;
  const text::tokenizer tok = make(data);
  CHECK(tok.vocab().padding() == no_token);
  CHECK(tok.warning().find("padding") != std::string_view::npos);
}

TEST_CASE("SentencePiece needs an unknown token or all bytes; byte-pair needs merges") {
  vocab_data data = sentencepiece_data();
  data.unknown = no_token;
  CHECK(text::tokenizer::make(data).has_value());
  data.types[3] = token_type::unused;
  check_fails(data, errc::missing, "1 of the 256 bytes");

  data = byte_pair_data("gpt-2", {});
  check_fails(data, errc::missing, "merges");
  data.merges = {"ab"};
  check_fails(data, errc::format, "merges[0] is 'ab'");
}

TEST_CASE("a missing or unknown pre-type is assumed to be default, and said") {
  auto data = byte_pair_data("", {{"a", "b"}});
  CHECK(make(data).warning().find("missing") != std::string_view::npos);
  CHECK(make(data).warning().find("'default'") != std::string_view::npos);
  data.pre = "made-up";
  CHECK(make(data).warning().find("'made-up'") != std::string_view::npos);
  data.pre = "gpt-2";
  CHECK(make(data).warning().empty());
  CHECK(make(sentencepiece_data()).warning().empty());
}

TEST_CASE("a BOS that is wanted but missing is not added") {
  vocab_data data = sentencepiece_data();
  data.bos = no_token;
  const text::tokenizer tok = make(data);
  CHECK(tok.warning().find("bos_token_id is missing") != std::string_view::npos);
  CHECK(tok.encode("").empty());
}

TEST_CASE("of tokens spelt alike the last is encoded and all are decoded") {
  auto data = sentencepiece_data();
  data.add_space_prefix = false;
  add_token(data, "a");
  add_token(data, "a");
  const text::tokenizer tok = make(data);
  CHECK(tok.encode("a", plain) == ids{first + 1});
  CHECK(tok.decode(ids{first, first + 1}) == "aa");
}

TEST_CASE("empty, unused and undefined tokens and types from the future do no harm") {
  auto data = sentencepiece_data();
  data.add_space_prefix = false;
  add_token(data, "");
  add_token(data, "x", 0, token_type::unused);
  add_token(data, "y", 0, token_type::undefined);
  add_token(data, "z", 0, static_cast<token_type>(77));
  const text::tokenizer tok = make(data);
  CHECK(tok.encode("xyz", plain) == ids{3 + 'x', 3 + 'y', 3 + 'z'});
  CHECK(tok.decode(ids{first, first + 1, first + 2, first + 3}) == "");
}

TEST_CASE("ids outside the vocabulary say nothing and end nothing") {
  const text::tokenizer tok = make(sentencepiece_data());
  for (const token_id id : {-1, -2, 259, 1 << 30, std::numeric_limits<token_id>::min()}) {
    CHECK(tok.piece(id).empty());
    CHECK_FALSE(tok.is_end_of_generation(id));
    CHECK(tok.vocab().type(id) == token_type::undefined);
    CHECK(tok.vocab().score(id) == 0.0f);
  }
  CHECK(tok.decode(ids{-5, 3 + 'a', 100000}) == "a");
}

TEST_CASE("a generation ends at EOS and at every token known by name to end one") {
  CHECK(ends_of({}) == ids{2});
  CHECK(ends_of({"<|eot_id|>", "<|x|>", "<|im_end|>"}) == ids{2, first, first + 2});
  CHECK(ends_of({"<end_of_turn>", "<|end_of_text|>", "<|endoftext|>", "<|eom_id|>", "<eos>"}) ==
        ids{2, first, first + 1, first + 2, first + 3, first + 4});
  CHECK(
      ends_of({"<｜end▁of▁sentence｜>", "[EOT]", "_<EOT>", "<|fim_pad|>", "<|file_sep|>"}).size() ==
      6);
  CHECK(ends_of({"<|eot_id|> ", "eot_id", "<|EOT_ID|>"}) == ids{2});
}

TEST_CASE("the ids that a file names end a generation too") {
  auto data = sentencepiece_data();
  add_token(data, "<stop>", 0, token_type::control);
  add_token(data, "<call>", 0, token_type::control);
  data.eot = first;
  data.eom = first + 1;
  const text::tokenizer tok = make(data);
  CHECK(tok.is_end_of_generation(first));
  CHECK(tok.is_end_of_generation(first + 1));
  CHECK_FALSE(tok.is_end_of_generation(1));
  CHECK(tok.vocab().eot() == first);
}

TEST_CASE("an end of turn is recognised by name, and is a control token whatever the file says") {
  auto data = sentencepiece_data();
  add_token(data, "<|im_end|>", 0, token_type::normal);
  const text::tokenizer tok = make(data);
  CHECK(tok.vocab().eot() == first);
  CHECK(tok.vocab().type(first) == token_type::control);
  CHECK(tok.encode("<|im_end|>") == ids{1, first});
  CHECK(tok.decode(ids{first}) == "");
}

TEST_CASE("names that end a generation elsewhere go on where a family uses them so") {
  CHECK(ends_of({"<|return|>", "<|call|>", "<|end|>"}) == ids{2, first, first + 1});
  CHECK(ends_of({"<|flush|>", "<|calls|>", "<|end|>"}) == ids{2, first, first + 1});
  CHECK(ends_of({"<|end|>"}) == ids{2, first});
  CHECK(ends_of({"<|tool_response>"}) == ids{first});  // </s> is plain text there
}

TEST_CASE("tokens are found by special name or by piece") {
  auto data = sentencepiece_data();
  add_token(data, "<|eot_id|>", 0, token_type::control);
  add_token(data, "\xE2\x96\x81the");
  const text::tokenizer tok = make(data);
  CHECK(tok.find("<|eot_id|>") == first);
  CHECK(tok.find(" the") == first + 1);
  CHECK(tok.find("the") == no_token);
  CHECK(tok.find("") == no_token);
}
