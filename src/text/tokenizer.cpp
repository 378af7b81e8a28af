// SPDX-License-Identifier: MIT
#include <qx/text/tokenizer.hpp>

#include <algorithm>
#include <bit>
#include <src/text/tokenizer_maker.hpp>
#include <src/text/tokenizer_tables.hpp>
#include <src/text/visible.hpp>

namespace qx::text {

namespace {

/// Ascending as unsigned numbers where the scores are descending; -0 is 0.
std::uint32_t order_of(float score) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(score + 0.0f);
  return bits & 0x80000000u ? bits : ~(bits | 0x80000000u);
}

bool has_inner_space(std::string_view piece) {
  for (std::size_t i = 1; i < piece.size(); ++i) {
    if (piece[i] == ' ' && piece[i - 1] != ' ') return true;
  }
  return false;
}

}  // namespace

void tokenizer_maker::index_tokens() {
  t.index = string_index(t.vocab.size());
  t.byte_ids.fill(no_token);
  constexpr std::size_t ahead = 16;  // so long does memory take, in tokens
  std::array<std::uint64_t, ahead> hashes{};
  for (std::size_t i = 0; i < t.vocab.size() + ahead; ++i) {
    std::uint64_t& hash = hashes[i % ahead];
    if (i >= ahead) index_token(static_cast<token_id>(i - ahead), hash);
    hash = hash_bytes(t.vocab.piece(static_cast<token_id>(i)));
    t.index.prefetch(hash);
  }
  for (std::size_t byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    if (t.byte_ids[byte] == no_token) t.byte_ids[byte] = t.find({&c, 1});
  }
}

void tokenizer_maker::index_token(token_id id, std::uint64_t hash) {
  const std::string_view piece = t.vocab.piece(id);
  if (t.vocab.type(id) == token_type::byte) {
    t.byte_ids[static_cast<unsigned char>(piece[0])] = id;
  }
  if (!t.vocab.is_mergeable(id)) return;
  t.longest_piece = std::max(t.longest_piece, piece.size());
  // Added spaces ("  ") and merged ones ("ĠĠ") are the same bytes: merges mean the latter.
  const bool added = t.vocab.type(id) == token_type::user_defined;
  if (added && t.index.find(hash, piece, strings()) != no_token) return;
  if (!t.index.set(hash, piece, id, strings())) spelt_alike = true;
}

void tokenizer_maker::collect_specials() {
  const auto flags = [this](const std::vector<token_id>& chosen) {
    std::vector<bool> out(t.vocab.size());
    for (const token_id id : chosen) {
      if (t.vocab.contains(id)) out[static_cast<std::size_t>(id)] = true;
    }
    return out;
  };
  const std::vector<bool> left = flags(data.strip_left), right = flags(data.strip_right);
  std::vector<special_token> specials;
  for (std::size_t i = 0; i < t.vocab.size(); ++i) {
    const token_id id = static_cast<token_id>(i);
    const bool hidden = t.vocab.is_hidden(id);
    if (!hidden && t.vocab.type(id) != token_type::user_defined) continue;
    specials.push_back({std::string(data.tokens[i]), id, hidden, left[i], right[i]});
  }
  t.specials = special_splitter(std::move(specials));
}

void tokenizer_maker::prepare_scores() {
  t.words_at_spaces = true;
  t.orders.resize(t.vocab.size());
  for (std::size_t i = 0; i < t.vocab.size(); ++i) {
    const token_id id = static_cast<token_id>(i);
    t.orders[i] = order_of(t.vocab.score(id));
    if (t.vocab.is_mergeable(id) && has_inner_space(t.vocab.piece(id))) t.words_at_spaces = false;
  }
}

result<tokenizer> tokenizer::make(const vocab_data& data) {
  result<vocabulary> vocab = vocabulary::make(data);
  if (!vocab) return std::unexpected(vocab.error());
  const auto made = std::make_shared<tables>();
  made->vocab = std::move(*vocab);
  tokenizer_maker maker(data, *made);
  maker.index_tokens();
  maker.collect_specials();
  if (made->vocab.model() == vocab_model::sentencepiece) {
    maker.prepare_scores();
  } else if (const result<void> done = maker.index_merges(); !done) {
    return std::unexpected(done.error());
  }
  return tokenizer(made);
}

const vocabulary& tokenizer::vocab() const { return tables_->vocab; }

std::string_view tokenizer::warning() const { return vocab().warning(); }

token_id tokenizer::find(std::string_view text) const {
  const token_id special = tables_->specials.find(text);
  if (special != no_token) return special;
  const token_id id = tables_->find(text);
  return tables_->is_token(id) ? id : no_token;
}

std::string tokenizer::decode(std::span<const token_id> ids, decode_options options) const {
  std::string text;
  bool strip = options.strip_space_prefix;
  for (const token_id id : ids)
    text += visible_piece(vocab(), id, options, strip);
  return text;
}

}  // namespace qx::text
