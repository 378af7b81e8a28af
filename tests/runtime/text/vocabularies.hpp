// SPDX-License-Identifier: MIT
/// \file
/// Small vocabularies whose every token a test can name, and a source of texts.
#pragma once

#include <qx/core/token.hpp>
#include <qx/text/byte_vocabulary.hpp>
#include <qx/text/tokenizer.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace qx::test {

using ids = std::vector<token_id>;

inline void add_token(text::vocab_data& data, std::string_view spelling, float score = 0.0f,
                      text::token_type type = text::token_type::normal) {
  data.tokens.push_back(spelling);
  data.scores.push_back(score);
  data.types.push_back(type);
}

/// SentencePiece: `<unk>`, `<s>`, `</s>`, 256 bytes from 3 on, then what a test adds. Space prefix
/// and BOS are on, as they are by default.
inline text::vocab_data sentencepiece_data() {
  text::vocab_data data = text::byte_vocabulary(text::smallest_byte_vocabulary).value();
  data.add_bos.reset();
  data.add_eos.reset();
  data.add_space_prefix.reset();
  return data;
}

/// How the byte-level alphabet spells bytes: the inverse of what the library has to do.
inline std::string spelt(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const unsigned byte = static_cast<unsigned char>(c);
    unsigned code = byte;
    if (byte <= 0x20) code = 0x100 + byte;
    else if (byte >= 0x7F && byte <= 0xA0) code = 0x121 + byte - 0x7F;
    else if (byte == 0xAD) code = 0x143;
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else {
      out += static_cast<char>(0xC0 | code >> 6);
      out += static_cast<char>(0x80 | (code & 63));
    }
  }
  return out;
}

/// Byte-pair: the 256 bytes in order (id = byte), then one token for each merge.
inline text::vocab_data byte_pair_data(std::string_view pre,
                                       std::vector<std::pair<std::string, std::string>> merges) {
  text::vocab_data data;
  data.model = "gpt2";
  data.pre = pre;
  const auto add = [&](const std::string& spelling) {
    data.tokens.push_back(spelling);
    data.types.push_back(text::token_type::normal);
  };
  for (int byte = 0; byte < 256; ++byte) add(spelt(std::string(1, static_cast<char>(byte))));
  for (const auto& [left, right] : merges) {
    add(spelt(left + right));
    data.merges.push_back(spelt(left) + ' ' + spelt(right));
  }
  return data;
}

inline text::tokenizer make(const text::vocab_data& data) {
  auto made = text::tokenizer::make(data);
  REQUIRE_MESSAGE(made.has_value(), made.error().message);
  return *made;
}

/// The pieces of an encoding, to be read: "▁he|llo" is {" he", "llo"}.
inline std::vector<std::string> pieces(const text::tokenizer& tok, const ids& tokens) {
  std::vector<std::string> out;
  for (const token_id id : tokens) out.emplace_back(tok.piece(id));
  return out;
}

inline constexpr text::encode_options plain{
    .add_bos = false, .add_eos = false, .parse_special = false};

inline void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 63));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 63));
    put(0x80 | (code & 63));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 63));
    put(0x80 | (code >> 6 & 63));
    put(0x80 | (code & 63));
  }
}

/// Well-formed text: mostly ASCII, some of every plane.
inline std::string random_text(std::mt19937& random, std::size_t characters) {
  std::string out;
  for (std::size_t i = 0; i < characters; ++i) {
    const unsigned kind = random() % 8;
    std::uint32_t code = 0x20 + static_cast<std::uint32_t>(random() % 0x5F);
    if (kind == 0) code = static_cast<std::uint32_t>(random() % 0x20);
    if (kind == 1) code = static_cast<std::uint32_t>(random() % 0x3000);
    if (kind == 2) code = static_cast<std::uint32_t>(random() % 0x110000);
    if (kind == 3) code = ' ';
    if (code >= 0xD800 && code < 0xE000) code = '?';
    if (code == 0x2581) code = '?';  // a space to SentencePiece
    append_utf8(out, code);
  }
  return out;
}

inline std::string random_bytes(std::mt19937& random, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += static_cast<char>(random() & 0xFF);
  return out;
}

}  // namespace qx::test
