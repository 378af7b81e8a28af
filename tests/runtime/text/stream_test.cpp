// SPDX-License-Identifier: MIT
#include "vocabularies.hpp"

#include <qx/text/stream_decoder.hpp>
#include <qx/text/unicode.hpp>

#include <span>

using namespace qx;
using namespace qx::test;
using text::stream_decoder;
using text::token_type;

namespace {

constexpr token_id byte_token(unsigned byte) { return static_cast<token_id>(3 + byte); }

text::tokenizer bytes_only() {
  auto data = sentencepiece_data();
  data.add_space_prefix = false;
  return make(data);
}

}  // namespace

TEST_CASE("an emoji of four byte tokens comes whole with its last byte") {
  stream_decoder stream(bytes_only());
  CHECK(stream.push(byte_token('a')) == "a");
  CHECK(stream.push(byte_token(0xF0)) == "");
  CHECK(stream.push(byte_token(0x9F)) == "");
  CHECK(stream.push(byte_token(0x99)) == "");
  CHECK(stream.push(byte_token(0x82)) == "\xF0\x9F\x99\x82");
  CHECK(stream.push(byte_token('b')) == "b");
  CHECK(stream.finish() == "");
}

TEST_CASE("nothing but the beginning of a character is held back") {
  stream_decoder stream(bytes_only());
  CHECK(stream.push(byte_token(0xE2)) == "");
  CHECK(stream.push(byte_token('x')) == "\xE2x");  // broken off: given as it is
  CHECK(stream.push(byte_token(0x80)) == "\x80");  // a continuation alone will never be a character
  CHECK(stream.push(byte_token(0xED)) == "");
  CHECK(stream.push(byte_token(0xA0)) == "\xED\xA0");  // a surrogate: no bytes can save it
  CHECK(stream.push(byte_token(0xFF)) == "\xFF");
  CHECK(stream.finish() == "");
}

TEST_CASE("what is held back at the end comes from finish, and the decoder starts afresh") {
  stream_decoder stream(bytes_only());
  CHECK(stream.push(byte_token(0xF0)) == "");
  CHECK(stream.push(byte_token(0x9F)) == "");
  CHECK(stream.finish() == "\xF0\x9F");
  CHECK(stream.finish() == "");
  CHECK(stream.push(byte_token('a')) == "a");
}

TEST_CASE("a token may end one character and begin another") {
  auto data = byte_pair_data("gpt-2", {{"\x9F", "\x99"}, {"\x82", "\xF0"}});
  stream_decoder stream(make(data));
  CHECK(stream.push(0xF0) == "");
  CHECK(stream.push(256) == "");
  CHECK(stream.push(257) == "\xF0\x9F\x99\x82");
  CHECK(stream.push(256) == "");
  CHECK(stream.push(0x82) == "\xF0\x9F\x99\x82");
}

TEST_CASE("special tokens are hidden or shown, and ids from nowhere say nothing") {
  const text::tokenizer tok = bytes_only();
  stream_decoder hidden(tok);
  CHECK(hidden.push(1) == "");
  CHECK(hidden.push(byte_token('a')) == "a");
  CHECK(hidden.push(2) == "");
  CHECK(hidden.push(-7) == "");
  CHECK(hidden.push(1 << 29) == "");
  stream_decoder shown(tok, {.special = true});
  CHECK(shown.push(1) == "<s>");
  CHECK(shown.push(2) == "</s>");
}

TEST_CASE("the space prefix goes once, at the beginning") {
  auto data = sentencepiece_data();
  add_token(data, "\xE2\x96\x81hi");
  const text::tokenizer tok = make(data);
  const token_id hi = static_cast<token_id>(tok.size()) - 1;
  stream_decoder stream(tok);
  CHECK(stream.push(1) == "");
  CHECK(stream.push(hi) == "hi");
  CHECK(stream.push(hi) == " hi");
  (void)stream.finish();
  CHECK(stream.push(hi) == "hi");
  stream_decoder going_on(tok, {.strip_space_prefix = false});
  CHECK(going_on.push(hi) == " hi");
}

TEST_CASE(
    "all pushes and the finish together are decode, and only an incomplete tail is held back") {
  std::mt19937 random(7);
  auto data = sentencepiece_data();
  add_token(data, "\xE2\x96\x81");
  add_token(data, "\u00e9\xE2\x96\x81");
  const text::tokenizer tok = make(data);
  for (int round = 0; round < 300; ++round) {
    ids tokens;
    for (int i = 0; i < 40; ++i)
      tokens.push_back(static_cast<token_id>(random() % (tok.size() + 2)));
    for (const bool special : {false, true}) {
      stream_decoder stream(tok, {.special = special});
      std::string all;
      for (std::size_t i = 0; i < tokens.size(); ++i) {
        all += stream.push(tokens[i]);
        const std::string so_far = tok.decode(std::span(tokens).first(i + 1), {.special = special});
        CHECK(all + so_far.substr(so_far.size() - text::incomplete_utf8_tail(so_far)) == so_far);
      }
      all += stream.finish();
      CHECK(all == tok.decode(tokens, {.special = special}));
    }
  }
}

TEST_CASE("well-formed text comes in well-formed parts, however its tokens cut it") {
  std::mt19937 random(8);
  const text::tokenizer tok = bytes_only();
  for (int round = 0; round < 100; ++round) {
    const std::string input = random_text(random, 30);
    stream_decoder stream(tok);
    std::string all;
    for (const token_id id : tok.encode(input, plain)) {
      const std::string part(stream.push(id));
      for (std::size_t at = 0; at < part.size();) {
        const text::utf8_step step = text::read_utf8(part, at);
        CHECK(step.valid);
        at += step.length;
      }
      all += part;
    }
    CHECK(all == input);
    CHECK(stream.finish() == "");
  }
}
