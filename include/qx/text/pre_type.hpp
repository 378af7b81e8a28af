// SPDX-License-Identifier: MIT
/// \file
/// How byte-pair text is cut into words before merging. Models were trained behind published
/// regular expressions; a pre-type is a short list of passes, each linear in the text, applied one
/// after another to what the one before left.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace qx::text {

/// One pass over a stretch of text: appends to `ends` where its pieces end, counted from `base`.
/// What a pass matches and what lies between its matches both become stretches of the next pass.
using pre_pass = void (*)(std::string_view stretch, std::size_t base,
                          std::vector<std::size_t>& ends);

/// What a name of `tokenizer.ggml.pre` implies.
struct pre_rules {
  std::span<const pre_pass> passes;
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
