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

/// The merges in the order of their ranks, once, from wherever they are.
class merge_reader {
 public:
  explicit merge_reader(const vocab_data& data) : data_(data), in_file_(data.file_merges.begin()) {}

  [[nodiscard]] std::size_t rank() const { return rank_; }
  [[nodiscard]] bool done() const { return rank_ == data_.merge_count(); }
  /// Valid as long as the data is.
  std::string_view next() {
    const std::size_t rank = rank_++;
    if (rank < data_.file_merges.size()) return *in_file_++;
    return data_.merges[rank - data_.file_merges.size()];
  }

 private:
  const vocab_data& data_;
  gguf::string_array::iterator in_file_;
  std::size_t rank_ = 0;
};

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
  struct part;
  struct batch;

  bool spelt_alike = false;  // some tokens mean the same bytes

  [[nodiscard]] auto strings() const {
    return [this](token_id id) { return t.bytes_of(id); };
  }
  void index_token(token_id id, std::uint64_t hash);
  result<void> read_batch(merge_reader& merges, batch& into) const;
  void expect(token_id last, batch& into) const;
  bool guess(std::string_view merge, batch& into) const;
  static bool decode(std::string_view left, std::string_view right, batch& into);
  void add_batch(batch& ready);
  token_id intern(const part& named);
};

}  // namespace qx::text
