// SPDX-License-Identifier: MIT
/// \file
/// Any bytes through the tokenizers. The first byte chooses: an even one a sound vocabulary and
/// how to encode, an odd one a vocabulary that the input itself describes. Broken laws trap.
#include <qx/text/byte_vocabulary.hpp>
#include <qx/text/stream_decoder.hpp>
#include <qx/text/tokenizer.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using namespace qx;

namespace {

void demand(bool law) {
  if (!law) __builtin_trap();
}

text::tokenizer sentencepiece() {
  text::vocab_data data = text::byte_vocabulary(400).value();
  const auto name = [&](std::string_view spelling, text::token_type type, float score) {
    data.tokens.push_back(spelling);
    data.types.push_back(type);
    data.scores.push_back(score);
  };
  for (const char* word :
       {"th", "he", "the", "\xE2\x96\x81the", "\xE2\x96\x81\xE2\x96\x81", "aa", "aaa"}) {
    name(word, text::token_type::normal, -static_cast<float>(data.tokens.size() % 5));
  }
  name("<|im_end|>", text::token_type::control, 0);
  name("<think>", text::token_type::user_defined, 0);
  data.add_space_prefix = true;
  return text::tokenizer::make(data).value();
}

/// 256 bytes in the spelling that the alphabet has for them, and merges that double runs.
text::tokenizer byte_pair(std::string_view pre) {
  text::vocab_data data;
  data.model = "gpt2";
  data.pre = pre;
  std::string spellings[256];
  unsigned next = 256;
  for (unsigned byte = 0; byte < 256; ++byte) {
    const bool shown = (byte > 0x20 && byte < 0x7F) || (byte > 0xA0 && byte != 0xAD);
    const unsigned code = shown ? byte : next++;
    if (code < 0x80) spellings[byte] = static_cast<char>(code);
    else
      spellings[byte] = {static_cast<char>(0xC0 | code >> 6),
                         static_cast<char>(0x80 | (code & 63))};
    data.tokens.push_back(spellings[byte]);
  }
  for (const char c : {'a', ' ', '\n', '\x9F'}) {
    std::string run = spellings[static_cast<unsigned char>(c)];
    for (int i = 0; i < 4; ++i) {
      data.merges.push_back(run + " " + run);
      run += run;
      if (i != 1) data.tokens.push_back(run);  // one merge passes through what is no token
    }
  }
  data.tokens.push_back("<|endoftext|>");
  return text::tokenizer::make(data).value();
}

/// Takes numbers and strings from the input until it ends; then zeros and empty strings.
struct source {
  std::string_view rest;

  unsigned byte() {
    if (rest.empty()) return 0;
    const unsigned out = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    return out;
  }
  std::string_view string() {
    const std::size_t length = byte() % 12;
    const std::string_view out = rest.substr(0, length);
    rest.remove_prefix(out.size());
    return out;
  }
};

text::vocab_data described(source& in) {
  text::vocab_data data;
  const unsigned kind = in.byte();
  data.model = kind & 1 ? "gpt2" : "llama";
  data.pre = kind & 2 ? "default" : "llama-bpe";
  const unsigned tokens = in.byte() % 64, merges = in.byte() % 32;
  for (unsigned i = 0; i < tokens; ++i) {
    data.types.push_back(static_cast<text::token_type>(in.byte() % 9));
    data.scores.push_back(static_cast<float>(in.byte() % 8));
    data.tokens.push_back(in.string());
  }
  for (unsigned i = 0; i < merges; ++i) {
    std::string merge(in.string());
    merge += ' ';
    data.merges.push_back(merge += in.string());
  }
  for (token_id* id : {&data.bos, &data.eos, &data.eot, &data.unknown, &data.padding}) {
    *id = static_cast<token_id>(in.byte() % 66) - 1;
  }
  data.strip_left = {static_cast<token_id>(in.byte())};
  data.strip_right = {static_cast<token_id>(in.byte())};
  data.add_eos = (kind & 4) != 0;
  data.add_space_prefix = (kind & 8) != 0;
  return data;
}

/// What holds for every vocabulary.
std::vector<token_id> check(const text::tokenizer& tok, std::string_view input,
                            text::encode_options options) {
  std::vector<token_id> ids = tok.encode(input, options);
  for (const token_id id : ids) demand(tok.vocab().contains(id));
  for (const bool special : {false, true}) {
    text::stream_decoder stream(tok, {.special = special});
    std::string streamed;
    for (const token_id id : ids) streamed += stream.push(id);
    streamed += stream.finish();
    demand(streamed == tok.decode(ids, {.special = special}));
  }
  return ids;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  source in{{reinterpret_cast<const char*>(data), size}};
  const unsigned choice = in.byte();
  if (choice & 1) {
    const auto made = text::tokenizer::make(described(in));
    if (made) check(*made, in.rest, {.parse_special = (choice & 2) != 0});
    return 0;
  }
  static const std::array sound{sentencepiece(),      byte_pair("gpt-2"), byte_pair("llama-bpe"),
                                byte_pair("default"), byte_pair("qwen2"), byte_pair("starcoder"),
                                byte_pair("falcon"),  byte_pair("")};
  const text::tokenizer& tok = sound[choice >> 2 & 7];
  check(tok, in.rest, {.parse_special = true});
  const auto ids =
      check(tok, in.rest, {.add_bos = false, .add_eos = false, .parse_special = false});
  // U+2581 comes back as a space, and a user-defined token has a space prefix put after it.
  const auto has = [&](std::string_view part) {
    return in.rest.find(part) != std::string_view::npos;
  };
  if (!has("\xE2\x96\x81") && !has("<think>")) demand(tok.decode(ids) == in.rest);
  return 0;
}
