// SPDX-License-Identifier: MIT
/// \file
/// Text to tokens and back.
#pragma once

#include <qx/core/error.hpp>
#include <qx/core/token.hpp>
#include <qx/text/vocab_data.hpp>
#include <qx/text/vocabulary.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qx::text {

struct encode_options {
  bool add_bos = true;        ///< BOS first, where the vocabulary asks for it
  bool add_eos = true;        ///< EOS last, where the vocabulary asks for it
  bool parse_special = true;  ///< the names of control tokens become those tokens; turn it off for
                              ///< text that is not to be trusted
  bool continues = false;     ///< the text goes on from earlier text: no space prefix before it
};

struct decode_options {
  bool special = false;            ///< show the names of control and unknown tokens
  bool strip_space_prefix = true;  ///< take back the space that encoding put before the text; turn
                                   ///< it off for text that goes on from earlier text
};

/// What encoding did, for tests and benchmarks.
struct encode_work {
  std::size_t words = 0;   ///< stretches that were merged on their own
  std::size_t cached = 0;  ///< of these, taken over from an equal word before
  std::size_t offers = 0;  ///< pairs of neighbours looked up
  std::size_t queued = 0;  ///< pairs that went through the merge queue
};

/// SentencePiece ("llama") and byte-pair ("gpt2") tokenization, exact to the models' own. A copy
/// shares its tables with the original; any number of threads may use them at once.
///
/// Any bytes can be encoded. Bytes that are not UTF-8 become byte tokens one by one ("llama") or
/// count as symbols ("gpt2"); decoding gives them back unchanged. A character that has
/// neither a token nor byte tokens becomes the unknown token ("llama") or is left out ("gpt2").
class tokenizer {
 public:
  /// Errors: those of `vocabulary::make`, and `format` for a merge without a space.
  [[nodiscard]] static result<tokenizer> make(const vocab_data& data);

  /// Time is O(n log n) in the longest word, linear in everything else.
  [[nodiscard]] std::vector<token_id> encode(std::string_view text, encode_options options = {},
                                             encode_work* work = nullptr) const;

  /// The bytes of all tokens. Ids outside the vocabulary say nothing. Bytes that are not UTF-8 stay
  /// as they are.
  [[nodiscard]] std::string decode(std::span<const token_id> ids,
                                   decode_options options = {}) const;

  /// The bytes of one token, whatever its type; see `vocabulary::piece`.
  [[nodiscard]] std::string_view piece(token_id id) const { return vocab().piece(id); }

  /// The token of a special name ("<|eot_id|>") or else of a piece (" the"), or `no_token`.
  [[nodiscard]] token_id find(std::string_view text) const;

  [[nodiscard]] bool is_end_of_generation(token_id id) const {
    return vocab().is_end_of_generation(id);
  }
  [[nodiscard]] token_id bos() const { return vocab().bos(); }
  [[nodiscard]] token_id eos() const { return vocab().eos(); }
  [[nodiscard]] std::size_t size() const { return vocab().size(); }
  [[nodiscard]] std::string_view warning() const;  ///< empty where nothing had to be assumed

  [[nodiscard]] const vocabulary& vocab() const;

 private:
  struct tables;
  friend struct encoder;
  friend struct tokenizer_maker;
  explicit tokenizer(std::shared_ptr<const tables> made) : tables_(std::move(made)) {}

  std::shared_ptr<const tables> tables_;
};

}  // namespace qx::text
