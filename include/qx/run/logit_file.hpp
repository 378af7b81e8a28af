// SPDX-License-Identifier: MIT
/// \file
/// Logits of a model over a text, kept to compare other models with: the file that llama.cpp's
/// llama-perplexity writes with --save-all-logits. Little-endian: "_logits_", then int32 tokens of
/// a chunk, tokens of the vocabulary, chunks; the tokens, int32; then for each scored position in
/// order a row: float scale, float lowest, and uint16 q for each token of the vocabulary, rounded
/// up to an even count, so that log p = scale · q + lowest.
#pragma once

#include <qx/core/error.hpp>
#include <qx/core/token.hpp>
#include <qx/platform/mapped_file.hpp>
#include <qx/platform/output_file.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace qx {

class logit_writer {
 public:
  /// `tokens` are whole chunks.
  [[nodiscard]] static result<logit_writer> create(const std::filesystem::path& path,
                                                   std::size_t chunk, std::size_t vocabulary,
                                                   std::span<const token_id> tokens);
  /// The next scored position; probabilities below e^-16 of the largest are kept as that.
  [[nodiscard]] result<void> add(std::span<const float> logits);
  /// Makes the file appear.
  [[nodiscard]] result<void> commit() { return out_.commit(); }

 private:
  explicit logit_writer(platform::output_file out) : out_(std::move(out)) {}
  platform::output_file out_;
  std::vector<std::uint16_t> row_{};
};

/// One row of a file compared with logits.
struct logit_difference {
  double divergence = 0;     ///< KL(file, logits), in nats
  double file_surprise = 0;  ///< -log p of the next token in the file
  bool same_top = false;     ///< the most likely token is the same
};

class logit_reader {
 public:
  /// errc::format where the file is of another kind, or not as long as it says.
  [[nodiscard]] static result<logit_reader> open(const std::filesystem::path& path);

  [[nodiscard]] std::size_t chunk() const { return chunk_; }
  [[nodiscard]] std::size_t vocabulary() const { return vocabulary_; }
  [[nodiscard]] const std::vector<token_id>& tokens() const { return tokens_; }

  /// Compares the next row with logits [vocabulary] before the token `next`. errc::range behind the
  /// last row, errc::shape for another vocabulary.
  [[nodiscard]] result<logit_difference> compare(std::span<const float> logits, token_id next);

 private:
  explicit logit_reader(platform::mapped_file file) : file_(std::move(file)) {}
  platform::mapped_file file_;
  std::size_t chunk_ = 0, vocabulary_ = 0, at_ = 0;
  std::vector<token_id> tokens_{};
};

}  // namespace qx
