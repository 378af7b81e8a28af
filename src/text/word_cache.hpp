// SPDX-License-Identifier: MIT
/// \file
/// Most words of a long text have come before; their tokens are copied, not merged again.
#pragma once

#include <qx/core/token.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <src/text/string_index.hpp>
#include <string_view>
#include <vector>

namespace qx::text {

/// One entry per hash, the newest word wins. It points into the text and the tokens made of it, so
/// it owns no strings, and serves one text at a time.
class word_cache {
 public:
  /// Forgets all words; the next ones are of a text of this many bytes.
  void restart(std::size_t text_bytes) {
    constexpr std::size_t worthwhile = 1024, most_slots = std::size_t{1} << 14;
    if (text_bytes < worthwhile) {
      slots_.clear();
    } else {
      slots_.assign(std::bit_ceil(std::min(text_bytes / 16, most_slots)), slot{});
    }
  }

  /// Appends the tokens of an equal word that came before to `out`, if it is remembered.
  bool repeat(std::string_view word, std::vector<token_id>& out) {
    if (slots_.empty() || word.size() > longest) return false;
    place_ = hash_bytes(word) & (slots_.size() - 1);
    const slot found = slots_[place_];
    if (!same_bytes({found.text, found.length}, word)) return false;
    for (std::size_t i = 0; i < found.count; ++i)
      out.push_back(out[found.first + i]);
    return true;
  }

  /// After `repeat(word, …)` was false: the tokens of `word` are the `count` from `first` on.
  void remember(std::string_view word, std::size_t first, std::size_t count) {
    if (slots_.empty() || word.size() > longest) return;
    slots_[place_] = {word.data(), static_cast<std::uint32_t>(word.size()),
                      static_cast<std::uint32_t>(count), first};
  }

 private:
  /// Longer words are rare, and their comparison costs as much as it saves.
  static constexpr std::size_t longest = 256;

  struct slot {
    const char* text = "";
    std::uint32_t length = 0;
    std::uint32_t count = 0;
    std::size_t first = 0;  // token
  };

  std::vector<slot> slots_;  // a power of two, or empty: no cache
  std::size_t place_ = 0;    // of the word last asked for
};

}  // namespace qx::text
