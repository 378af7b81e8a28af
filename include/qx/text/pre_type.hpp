// SPDX-License-Identifier: MIT
/// \file
/// How byte-pair text is cut into words before merging. Models were trained behind published
/// regular expressions; each is a hand-written scanner here, linear in the text, and a pre-type is
/// a short list of scanners applied one after another to what the one before left.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace qx::text {

/// One pass over a stretch of text. What a pass matches and what lies between its matches both
/// become stretches of the next pass.
enum class pre_pass : std::uint8_t {
  none,
  words_gpt2,    ///< 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
  words_llama3,  ///< (?i:'s|…)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*
                 ///< |\s*[\r\n]+|\s+(?!\S)|\s+ (letters of the contractions: ASCII only)
  words_qwen2,   ///< words_llama3 with \p{N} for \p{N}{1,3}
  punctuation,   ///< [\p{P}$+<=>^~|]+
  punctuation_falcon,  ///< [\p{P}$+<=>^~|`]+
  number_runs,         ///< \p{N}+
  single_numbers,      ///< \p{N}
  digit_triples,       ///< [0-9][0-9][0-9]
};

/// What a name of `tokenizer.ggml.pre` implies.
struct pre_rules {
  std::array<pre_pass, 4> passes{};
  bool ignore_merges = false;  ///< a whole word that is a token is that token, however it merges
  bool add_bos = false;        ///< where the file does not say
};

/// The rules of a name; none for a name that is not known here.
[[nodiscard]] std::optional<pre_rules> find_pre_rules(std::string_view name);

/// What is assumed for a missing or unknown name: the rules of "default", which are those that
/// files without the key were made for.
[[nodiscard]] pre_rules default_pre_rules();

/// Where each word of `text` ends: ascending offsets, the last one `text.size()`; nothing for an
/// empty text. `ends` is replaced. A byte that is not UTF-8 counts as a symbol. Time and memory are
/// linear in the text.
void split_words(std::string_view text, const pre_rules& rules, std::vector<std::size_t>& ends);

}  // namespace qx::text
