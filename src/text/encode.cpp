// SPDX-License-Identifier: MIT
/// \file
/// `tokenizer::encode`: a text into stretches, stretches into words, words into tokens.
#include <qx/text/encode_marked.hpp>
#include <qx/text/pre_type.hpp>
#include <qx/text/tokenizer.hpp>

#include <algorithm>
#include <bit>
#include <src/text/merge.hpp>
#include <src/text/spelling.hpp>
#include <src/text/tokenizer_tables.hpp>
#include <src/text/word_cache.hpp>

namespace qx::text {

/// One call of `encode`: the scratch memory and the tokens so far.
struct encoder {
  using tables = tokenizer::tables;

  [[nodiscard]] static std::vector<token_id> encode(const tokenizer& words, std::string_view text,
                                                    std::span<const stretch> plain,
                                                    encode_options options, encode_work& work);

  const tables& t;
  std::vector<token_id>& out;
  encode_work& work;
  merger merging{};
  merge_work merge{};
  word_cache cache{};

  /// `after_special`: whether the text begins here or follows a special token.
  void add_text(std::string_view text, bool after_special) {
    if (t.vocab.model() == vocab_model::byte_pair) {
      add_byte_pair_text(text);
      return;
    }
    // U+2581 in a text and a space are the same to SentencePiece.
    std::string spaced;
    spaced.reserve(text.size() + 1);
    if (after_special && t.vocab.add_space_prefix()) spaced += ' ';
    append_unescaped(spaced, text);
    add_sentencepiece_text(spaced);
  }

  void add_byte_pair_text(std::string_view text) {
    std::vector<std::size_t> ends;
    split_words(text, t.vocab.pre(), ends);
    cache.restart(text.size());
    std::size_t begin = 0;
    for (const std::size_t end : ends) {
      add_word(text.substr(begin, end - begin));
      begin = end;
    }
  }

  /// Where no token goes from a letter into a space, each stretch of spaces with what follows it
  /// merges on its own: the same tokens, in less time and memory than the text as a whole.
  void add_sentencepiece_text(std::string_view text) {
    cache.restart(text.size());
    std::size_t begin = 0;
    for (std::size_t i = 1; t.words_at_spaces && i < text.size(); ++i) {
      if (text[i] != ' ' || text[i - 1] == ' ') continue;
      add_word(text.substr(begin, i - begin));
      begin = i;
    }
    add_word(text.substr(begin));
  }

  void add_word(std::string_view word) {
    ++work.words;
    if (cache.repeat(word, out)) {
      ++work.cached;
      return;
    }
    const std::size_t before = out.size();
    for (std::string_view rest = word; !rest.empty();) {
      const std::size_t length = part_length(rest, longest_merge);
      merge_part(rest.substr(0, length));
      rest.remove_prefix(length);
    }
    cache.remember(word, before, out.size() - before);
  }

  void merge_part(std::string_view part) {
    if (t.vocab.model() == vocab_model::byte_pair) merge_bytes(part);
    else merge_characters(part);
  }

  void merge_bytes(std::string_view part) {
    if (t.vocab.pre().ignore_merges) {
      const token_id whole = t.find(part);
      if (t.is_token(whole)) {
        out.push_back(whole);
        return;
      }
    }
    std::vector<merge_symbol>& symbols = merging.symbols();
    symbols.clear();
    for (std::uint32_t i = 0; i < part.size(); ++i) {
      symbols.push_back({i, 1, 0, 0, t.first_ids[static_cast<unsigned char>(part[i])]});
    }
    const auto offer = [this](const merge_symbol& left, const merge_symbol& right) {
      const ranked_merge found = t.merges.find(left.id, right.id);
      return found.id == no_token ? merge_offer{} : merge_offer{found.rank, found.id};
    };
    merging.run(offer, merge);
    emit(part);
  }

  void merge_characters(std::string_view part) {
    std::vector<merge_symbol>& symbols = merging.symbols();
    symbols.clear();
    for (std::uint32_t i = 0; i < part.size(); i += symbols.back().length) {
      symbols.push_back({i, read_utf8(part, i).length, 0, 0, no_token});
    }
    const auto offer = [&](const merge_symbol& left, const merge_symbol& right) {
      const token_id id = t.find(part.substr(left.begin, left.length + right.length));
      if (id == no_token) return merge_offer{};
      return merge_offer{t.orders[static_cast<std::size_t>(id)], id};
    };
    merging.run(offer, merge);
    for (merge_symbol& symbol : symbols) {
      if (symbol.id == no_token) symbol.id = t.find(part.substr(symbol.begin, symbol.length));
    }
    emit(part);
  }

  void emit(std::string_view part) {
    for (const merge_symbol& symbol : merging.symbols()) {
      if (symbol.length == 0) continue;
      if (t.is_token(symbol.id)) out.push_back(symbol.id);
      else emit_bytes(part.substr(symbol.begin, symbol.length));
    }
  }

  /// What is no token: its bytes. Where a byte has none either, SentencePiece says one unknown
  /// token for the character; byte-pair models leave the byte out, since what their files name as
  /// the unknown token is often the end of a text.
  void emit_bytes(std::string_view bytes) {
    const bool sentencepiece = t.vocab.model() == vocab_model::sentencepiece;
    const std::size_t before = out.size();
    for (const char c : bytes) {
      const token_id id = t.byte_ids[static_cast<unsigned char>(c)];
      if (t.is_token(id)) {
        out.push_back(id);
      } else if (sentencepiece) {
        out.resize(before);
        out.push_back(t.vocab.unknown());
        return;
      }
    }
  }
};

/// Within `plain` no names of control tokens are parsed.
std::vector<token_id> encoder::encode(const tokenizer& words, std::string_view text,
                                      std::span<const stretch> plain, encode_options options,
                                      encode_work& work) {
  const vocabulary& vocab = words.vocab();
  std::vector<token_id> out;
  encoder run{*words.tables_, out, work};
  if (options.add_bos && vocab.add_bos()) out.push_back(vocab.bos());
  bool after_special = !options.continues;
  for (const fragment& next : run.t.specials.split(text, options.parse_special, plain)) {
    if (next.id != no_token) out.push_back(next.id);
    else run.add_text(text.substr(next.begin, next.end - next.begin), after_special);
    after_special = next.id != no_token;
  }
  if (options.add_eos && vocab.add_eos()) out.push_back(vocab.eos());
  work.offers = run.merge.offers;
  work.queued = run.merge.queued;
  return out;
}

std::vector<token_id> tokenizer::encode(std::string_view text, encode_options options,
                                        encode_work* work) const {
  encode_work counted;
  auto out = encoder::encode(*this, text, {}, options, counted);
  if (work != nullptr) *work = counted;
  return out;
}

std::vector<token_id> encode(const tokenizer& words, const marked_text& text,
                             encode_options options) {
  encode_work counted;
  return encoder::encode(words, text.text(), text.foreign(), options, counted);
}

}  // namespace qx::text
