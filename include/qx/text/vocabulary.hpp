// SPDX-License-Identifier: MIT
/// \file
/// A checked vocabulary: what each token says, which tokens are special, which end a generation.
#pragma once

#include <qx/core/error.hpp>
#include <qx/core/token.hpp>
#include <qx/text/pre_type.hpp>
#include <qx/text/vocab_data.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qx::text {

enum class vocab_model : std::uint8_t {
  sentencepiece,  ///< merges by score over characters, bytes as the fallback
  byte_pair,      ///< merges by rank over bytes, within words
};

/// Immutable once made. Every query takes any id: one outside the vocabulary has an empty piece,
/// the type `undefined`, and ends nothing.
class vocabulary {
 public:
  /// Errors: `unsupported` (another model), `missing` (no tokens; neither an unknown token nor all
  /// byte tokens in "llama"; no merges in "gpt2"), `format` (fewer scores or types than tokens, a
  /// score that is no number, a byte token not spelt as one), `range` (a BOS, EOS, unknown,
  /// end-of-turn or end-of-message id outside the vocabulary). What can be lived with is a sentence
  /// in `warning()` instead: a missing or unknown pre-type, bytes without a token, other special
  /// ids outside the vocabulary, a BOS or EOS wanted but absent. Of tokens spelt alike the last is
  /// the one that text becomes; each decodes.
  [[nodiscard]] static result<vocabulary> make(const vocab_data& data);

  [[nodiscard]] std::size_t size() const { return types_.size(); }
  [[nodiscard]] vocab_model model() const { return model_; }
  [[nodiscard]] const pre_rules& pre() const { return pre_; }

  /// The bytes that the token stands for: a space for U+2581 or Ġ, one byte for `<0x0A>`, the name
  /// itself for a control or unknown token, nothing for an unused one. Need not be whole UTF-8.
  [[nodiscard]] std::string_view piece(token_id id) const {
    return contains(id) ? pieces_[static_cast<std::size_t>(id)] : std::string_view();
  }
  [[nodiscard]] token_type type(token_id id) const {
    return contains(id) ? types_[static_cast<std::size_t>(id)] : token_type::undefined;
  }
  [[nodiscard]] float score(token_id id) const {
    return contains(id) && !scores_.empty() ? scores_[static_cast<std::size_t>(id)] : 0.0f;
  }
  [[nodiscard]] bool contains(token_id id) const {
    return id >= 0 && static_cast<std::size_t>(id) < size();
  }

  /// Hidden in decoded text unless asked for: control and unknown tokens.
  [[nodiscard]] bool is_hidden(token_id id) const {
    return type(id) == token_type::control || type(id) == token_type::unknown;
  }

  /// Whether merging may end in this token: normal and user-defined tokens, spelt as text is.
  [[nodiscard]] bool is_mergeable(token_id id) const {
    return contains(id) && mergeable_[static_cast<std::size_t>(id)];
  }

  [[nodiscard]] token_id bos() const { return bos_; }
  [[nodiscard]] token_id eos() const { return eos_; }
  [[nodiscard]] token_id eot() const { return eot_; }
  [[nodiscard]] token_id unknown() const { return unknown_; }
  [[nodiscard]] token_id padding() const { return padding_; }

  [[nodiscard]] bool add_bos() const { return add_bos_; }
  [[nodiscard]] bool add_eos() const { return add_eos_; }
  [[nodiscard]] bool add_space_prefix() const { return add_space_prefix_; }

  /// Whether generation stops at this token: not EOS alone, but every id that the file names as an
  /// end (of text, turn, message) and every token known by name to be one (`<|eot_id|>`, …).
  [[nodiscard]] bool is_end_of_generation(token_id id) const;
  [[nodiscard]] std::span<const token_id> end_of_generation() const {
    return ends_;
  }  ///< ascending

  /// What was assumed where the file did not say or said something odd; empty when nothing was.
  [[nodiscard]] std::string_view warning() const { return warning_; }

 private:
  friend class vocabulary_maker;

  vocab_model model_ = vocab_model::sentencepiece;
  pre_rules pre_;
  string_list pieces_;             // [token]
  std::vector<token_type> types_;  // [token]
  std::vector<float> scores_;      // [token], or empty
  std::vector<bool> mergeable_;    // [token]
  std::vector<token_id> ends_;
  token_id bos_ = no_token, eos_ = no_token, eot_ = no_token;
  token_id unknown_ = no_token, padding_ = no_token;
  bool add_bos_ = false, add_eos_ = false, add_space_prefix_ = false;
  std::string warning_;
};

}  // namespace qx::text
