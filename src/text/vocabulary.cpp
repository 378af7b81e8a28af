// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>
#include <qx/text/vocabulary.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <src/text/byte_alphabet.hpp>
#include <src/text/end_of_generation.hpp>
#include <src/text/spelling.hpp>
#include <utility>

namespace qx::text {

/// Fills a vocabulary step by step; the first step that fails gives its error.
class vocabulary_maker {
 public:
  explicit vocabulary_maker(const vocab_data& data) : data_(data) {}

  result<vocabulary> make() {
    using step = result<void> (vocabulary_maker::*)();
    constexpr step steps[] = {
        &vocabulary_maker::read_model,  &vocabulary_maker::check_counts,
        &vocabulary_maker::read_types,  &vocabulary_maker::read_ids,
        &vocabulary_maker::read_pieces, &vocabulary_maker::check_fallback,
        &vocabulary_maker::read_flags,
    };
    for (const step next : steps) {
      if (result<void> done = (this->*next)(); !done) return std::unexpected(done.error());
    }
    return std::move(made_);
  }

 private:
  /// Leaves ids for the symbols that merges go through without being tokens.
  static constexpr std::size_t most_tokens = std::size_t{1} << 30;

  std::size_t count() const { return data_.tokens.size(); }

  result<void> read_model() {
    if (data_.model == "llama") {
      made_.model_ = vocab_model::sentencepiece;
      return {};
    }
    if (data_.model != "gpt2") {
      return fail(errc::unsupported, message("tokenizer.ggml.model is '", data_.model,
                                             "'; known are 'llama' and 'gpt2'"));
    }
    made_.model_ = vocab_model::byte_pair;
    const std::optional<pre_rules> rules = find_pre_rules(data_.pre);
    made_.pre_ = rules.value_or(default_pre_rules());
    if (data_.pre.empty()) {
      warn("tokenizer.ggml.pre is missing: text is cut into words as for 'default'");
    } else if (!rules) {
      warn(message("tokenizer.ggml.pre is '", data_.pre,
                   "', which is not known: text is cut into words as for 'default'"));
    }
    return {};
  }

  result<void> check_counts() {
    if (count() == 0) return fail(errc::missing, "tokenizer.ggml.tokens has no tokens");
    if (count() > most_tokens) {
      return fail(errc::range, message("tokenizer.ggml.tokens has ", count(), " tokens; at most ",
                                       most_tokens, " are supported"));
    }
    if (!data_.scores.empty() && data_.scores.size() < count()) {
      return fail(errc::format, message("tokenizer.ggml.scores has ", data_.scores.size(),
                                        " scores for ", count(), " tokens"));
    }
    if (!data_.types.empty() && data_.types.size() < count()) {
      return fail(errc::format, message("tokenizer.ggml.token_type has ", data_.types.size(),
                                        " types for ", count(), " tokens"));
    }
    for (std::size_t i = 0; i < data_.scores.size(); ++i) {
      if (std::isnan(data_.scores[i])) {
        return fail(errc::format, message("tokenizer.ggml.scores[", i, "] is not a number"));
      }
    }
    made_.scores_ = data_.scores;
    return {};
  }

  result<void> read_types() {
    made_.types_.assign(count(), token_type::normal);
    if (!data_.types.empty()) {
      std::ranges::copy_n(data_.types.begin(), static_cast<std::ptrdiff_t>(count()),
                          made_.types_.begin());
    } else if (made_.model_ == vocab_model::sentencepiece) {
      infer_types();
    }
    return {};
  }

  /// Old files of "llama" have no types, and need them to write bytes as bytes.
  void infer_types() {
    for (std::size_t i = 0; i < count(); ++i) {
      if (byte_of_spelling(data_.tokens[i])) made_.types_[i] = token_type::byte;
    }
    for (const token_id id : {data_.bos, data_.eos}) {
      if (made_.contains(id)) made_.types_[static_cast<std::size_t>(id)] = token_type::control;
    }
    if (made_.contains(data_.unknown)) {
      made_.types_[static_cast<std::size_t>(data_.unknown)] = token_type::unknown;
    }
  }

  result<void> read_ids() {
    const std::pair<std::string_view, token_id> needed[] = {{"bos", data_.bos},
                                                            {"eos", data_.eos},
                                                            {"eot", data_.eot},
                                                            {"eom", data_.eom},
                                                            {"unknown", data_.unknown}};
    for (const auto& [name, id] : needed) {
      if (id == no_token || made_.contains(id)) continue;
      return fail(errc::range, message("tokenizer.ggml.", name, "_token_id is ", id,
                                       "; ids are 0 to ", count() - 1));
    }
    const named_ends named{data_.eos,
                           data_.eot,
                           data_.eom,
                           optional_id("fim_pad", data_.fim_pad),
                           optional_id("fim_rep", data_.fim_repo),
                           optional_id("fim_sep", data_.fim_separator)};
    generation_ends ends = find_generation_ends(data_.tokens, named, made_.types_);
    made_.ends_ = std::move(ends.ids);
    made_.eot_ = ends.eot;
    made_.bos_ = data_.bos;
    made_.eos_ = data_.eos;
    made_.unknown_ = data_.unknown;
    made_.padding_ = optional_id("padding", data_.padding);
    return {};
  }

  /// Files in use name a padding token that was never added; nothing is lost without it.
  token_id optional_id(std::string_view name, token_id id) {
    if (id == no_token || made_.contains(id)) return id;
    warn(
        message("tokenizer.ggml.", name, "_token_id is ", id, ", outside the vocabulary: ignored"));
    return no_token;
  }

  result<void> read_pieces() {
    made_.pieces_.reserve(count(), data_.tokens.bytes());
    made_.mergeable_.assign(count(), false);
    std::string piece;
    for (std::size_t i = 0; i < count(); ++i) {
      piece.clear();
      if (made_.types_[i] == token_type::byte) {
        const std::optional<unsigned char> byte = byte_of_spelling(data_.tokens[i]);
        if (!byte) {
          return fail(errc::format,
                      message("tokenizer.ggml.tokens[", i, "] has the type of a byte but is '",
                              data_.tokens[i], "', not one of '<0x00>' to '<0xFF>'"));
        }
        piece = static_cast<char>(*byte);
      } else {
        made_.mergeable_[i] = spell(piece, data_.tokens[i], made_.types_[i]);
      }
      made_.pieces_.push_back(piece);
    }
    return {};
  }

  /// The bytes of a token into `piece`. True where a text can merge into it: a literal space or a
  /// character outside the alphabet never stands in text as the merges see it.
  bool spell(std::string& piece, std::string_view spelling, token_type type) const {
    const bool sentencepiece = made_.model_ == vocab_model::sentencepiece;
    switch (type) {
    case token_type::normal:
    case token_type::user_defined:
      if (sentencepiece) {
        append_unescaped(piece, spelling);
        return !spelling.empty() && spelling.find(' ') == std::string_view::npos;
      }
      if (type == token_type::normal && append_decoded(piece, spelling)) return !spelling.empty();
      piece = spelling;
      return type == token_type::user_defined && !spelling.empty();
    case token_type::control:
    case token_type::unknown:
      piece = spelling;
      return false;
    default:
      return false;
    }
  }

  /// Every text must have an encoding in "llama"; byte-pair vocabularies need merges.
  result<void> check_fallback() {
    const bool sentencepiece = made_.model_ == vocab_model::sentencepiece;
    if (!sentencepiece && data_.merge_count() == 0) {
      return fail(errc::missing, "tokenizer.ggml.merges is missing or empty");
    }
    std::array<bool, 256> known{};
    for (std::size_t i = 0; i < count(); ++i) {
      if (made_.pieces_[i].size() != 1 || made_.is_hidden(static_cast<token_id>(i))) continue;
      known[static_cast<unsigned char>(made_.pieces_[i][0])] = true;
    }
    const auto unknown_bytes = std::ranges::count(known, false);
    if (unknown_bytes == 0 || (sentencepiece && made_.unknown_ != no_token)) return {};
    if (sentencepiece) {
      return fail(errc::missing,
                  message("tokenizer.ggml.unknown_token_id is missing, and ", unknown_bytes,
                          " of the 256 bytes have no token to stand in"));
    }
    // Vocabularies learnt from text lack the 13 bytes that UTF-8 never has.
    for (std::size_t byte = 0; byte < 256; ++byte) {
      if (byte == 0xC0 || byte == 0xC1 || byte >= 0xF5) known[byte] = true;
    }
    const auto lost = std::ranges::count(known, false);
    if (lost != 0)
      warn(message("of the bytes that UTF-8 uses ", lost, " have no token: text loses them"));
    return {};
  }

  result<void> read_flags() {
    const bool sentencepiece = made_.model_ == vocab_model::sentencepiece;
    made_.add_bos_ = data_.add_bos.value_or(sentencepiece || made_.pre_.add_bos);
    made_.add_eos_ = data_.add_eos.value_or(false);
    made_.add_space_prefix_ = sentencepiece && data_.add_space_prefix.value_or(true);
    if (made_.add_bos_ && made_.bos_ == no_token) {
      made_.add_bos_ = false;
      warn("BOS is wanted before a text but tokenizer.ggml.bos_token_id is missing: none is added");
    }
    if (made_.add_eos_ && made_.eos_ == no_token) {
      made_.add_eos_ = false;
      warn("EOS is wanted after a text but tokenizer.ggml.eos_token_id is missing: none is added");
    }
    return {};
  }

  void warn(std::string_view sentence) {
    if (!made_.warning_.empty()) made_.warning_ += "; ";
    made_.warning_ += sentence;
  }

  const vocab_data& data_;
  vocabulary made_;
};

result<vocabulary> vocabulary::make(const vocab_data& data) {
  return vocabulary_maker(data).make();
}

bool vocabulary::is_end_of_generation(token_id id) const {
  return std::ranges::binary_search(ends_, id);
}

}  // namespace qx::text
