// SPDX-License-Identifier: MIT
/// \file
/// Fills the tables of one tokenizer.
#pragma once

#include <qx/core/error.hpp>
#include <qx/text/vocab_data.hpp>

#include <cstddef>
#include <cstdint>
#include <src/text/tokenizer_tables.hpp>
#include <string_view>

namespace qx::text {

/// The steps of `tokenizer::make`, in the order in which they are called.
struct tokenizer_maker {
  const vocab_data& data;
  tokenizer::tables& t;

  tokenizer_maker(const vocab_data& from, tokenizer::tables& into) : data(from), t(into) {}

  void index_tokens();
  void collect_specials();
  void prepare_scores();        ///< "llama"
  result<void> index_merges();  ///< "gpt2"

 private:
  struct batch;

  bool spelt_alike = false;  // some tokens mean the same bytes

  [[nodiscard]] auto strings() const {
    return [this](token_id id) { return t.bytes_of(id); };
  }
  void index_token(token_id id, std::uint64_t hash);
  result<std::size_t> read_batch(std::size_t rank, batch& into) const;
  void add_batch(batch& ready);
  token_id guess(std::string_view bytes, token_id last) const;
  token_id intern(std::uint64_t hash, std::string_view bytes);
};

}  // namespace qx::text
