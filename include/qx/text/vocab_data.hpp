// SPDX-License-Identifier: MIT
/// \file
/// What a file says about its tokens, before anything is checked: the one thing that a vocabulary
/// and a tokenizer are built from, whoever filled it in.
#pragma once

#include <qx/core/token.hpp>
#include <qx/gguf/value.hpp>
#include <qx/text/string_list.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace qx::text {

/// The numbers are those of `tokenizer.ggml.token_type`; any other number counts as `undefined`.
enum class token_type : std::int32_t {
  undefined = 0,     ///< never encoded, decodes to nothing
  normal = 1,        ///< text
  unknown = 2,       ///< stands for what the vocabulary cannot say
  control = 3,       ///< steers the model; from text only where special tokens are parsed
  user_defined = 4,  ///< text that is never split, special tokens parsed or not
  unused = 5,        ///< a place kept free: never encoded, decodes to nothing
  byte = 6,          ///< `<0x0A>`: one byte of a character that has no token
};

/// Fields are named after the keys `tokenizer.ggml.*`; a key that is absent leaves the default.
struct vocab_data {
  std::string model;  ///< "llama" (SentencePiece) or "gpt2" (byte-pair)
  std::string pre;    ///< how byte-pair text is cut into words; empty: the key is missing

  string_list tokens;             ///< [token] as spelt in the file, with U+2581 or Ġ for a space
  std::vector<float> scores;      ///< [token], or empty: all 0; "llama" merges the highest first
  std::vector<token_type> types;  ///< [token], or empty: all normal
  string_list merges;             ///< [rank] "left right"; "gpt2" merges the lowest rank first

  /// Merges before those of `merges`, where they lie in a file that is open while the data is
  /// used. There are more of them than of anything else here, and they are read but once.
  gguf::string_array file_merges;

  [[nodiscard]] std::size_t merge_count() const { return merges.size() + file_merges.size(); }

  token_id bos = no_token;
  token_id eos = no_token;
  token_id eot = no_token;  ///< end of turn
  token_id eom = no_token;  ///< end of message
  token_id unknown = no_token;
  token_id separator = no_token;
  token_id padding = no_token;
  token_id fim_pad = no_token;  ///< the three fill-in-the-middle tokens that end a generation
  token_id fim_repo = no_token;
  token_id fim_separator = no_token;

  /// Absent: what the model and pre-type imply ("llama": BOS and space prefix; "llama-bpe": BOS).
  std::optional<bool> add_bos;
  std::optional<bool> add_eos;
  std::optional<bool> add_space_prefix;

  /// Special tokens that swallow the white space before or after them.
  std::vector<token_id> strip_left;
  std::vector<token_id> strip_right;
};

}  // namespace qx::text
