// SPDX-License-Identifier: MIT
/// \file
/// The one loop behind both tokenizers: of all neighbours that merge, the best pair first, of
/// equals the leftmost, until nothing merges. O(n log n) in the symbols of a word.
#pragma once

#include <qx/core/token.hpp>
#include <qx/text/unicode.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace qx::text {

/// A stretch of the word that has merged into one token so far.
struct merge_symbol {
  std::uint32_t begin;   // byte in the word
  std::uint32_t length;  // bytes; 0 once swallowed by the symbol before it
  std::uint32_t next;    // index of the symbol after it
  std::uint32_t previous;
  token_id id;
};

/// What two neighbours would become; the lowest order merges first.
struct merge_offer {
  static constexpr std::uint32_t never = UINT32_MAX;
  std::uint32_t order = never;
  token_id id = no_token;
};

/// What merging did, for tests and benchmarks.
struct merge_work {
  std::size_t offers = 0;  ///< pairs looked up
  std::size_t queued = 0;  ///< entries that went through the queue
};

/// Words are merged in parts of at most this many bytes, so that 32 bits number their symbols.
inline constexpr std::size_t longest_merge = std::size_t{1} << 30;

/// Where to cut a text of which at most `most` (≥ 4) bytes can be taken: never within a character.
[[nodiscard]] inline std::size_t part_length(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text.size();
  return most - incomplete_utf8_tail(text.substr(0, most));
}

/// Memory that is kept from word to word.
class merger {
 public:
  /// The caller's symbols in order; `begin` and `length` lie one after another.
  std::vector<merge_symbol>& symbols() { return symbols_; }

  /// Merges `symbols()`; `offer(left, right)` gives a `merge_offer`. What is left has a length
  /// other than 0.
  template <class Offer>
  void run(const Offer& offer, merge_work& work) {
    // Few symbols: looking through all offers beats a queue. 24 was the turning point measured.
    if (symbols_.size() <= 24)
      run_short(offer, work);
    else
      run_long(offer, work);
  }

 private:
  struct candidate {
    std::uint64_t order;   // the offer's order, then the left symbol
    std::uint32_t length;  // of both symbols then; another length now means that one has changed
    token_id id;
    bool operator>(const candidate& other) const { return order > other.order; }
  };

  template <class Offer>
  void run_short(const Offer& offer, merge_work& work) {
    std::size_t count = symbols_.size();
    merge_offer offers[24];  // [i] of symbols i and i + 1
    const auto refresh = [&](std::size_t i) {
      offers[i] = i + 1 < count ? offer(symbols_[i], symbols_[i + 1]) : merge_offer{};
      ++work.offers;
    };
    for (std::size_t i = 0; i + 1 < count; ++i)
      refresh(i);
    while (count > 1) {
      std::size_t best = 0;
      for (std::size_t i = 1; i + 1 < count; ++i) {
        if (offers[i].order < offers[best].order) best = i;
      }
      if (offers[best].order == merge_offer::never) break;
      symbols_[best].length += symbols_[best + 1].length;
      symbols_[best].id = offers[best].id;
      for (std::size_t i = best + 1; i + 1 < count; ++i) {
        symbols_[i] = symbols_[i + 1];
        offers[i] = offers[i + 1];
      }
      --count;
      refresh(best);
      if (best > 0) refresh(best - 1);
    }
    symbols_.resize(count);
  }

  template <class Offer>
  void run_long(const Offer& offer, merge_work& work) {
    const std::uint32_t count = static_cast<std::uint32_t>(symbols_.size());
    for (std::uint32_t i = 0; i < count; ++i) {
      symbols_[i].previous = i - 1;
      symbols_[i].next = i + 1;
    }
    queue_.clear();
    for (std::uint32_t i = 0; i + 1 < count; ++i)
      consider(i, i + 1, offer, work);
    std::ranges::make_heap(queue_, std::greater());
    while (!queue_.empty()) {
      std::ranges::pop_heap(queue_, std::greater());
      const candidate best = queue_.back();
      queue_.pop_back();
      const std::uint32_t left = static_cast<std::uint32_t>(best.order);
      const std::uint32_t right = symbols_[left].next;
      if (symbols_[left].length == 0 || right == count ||
          symbols_[left].length + symbols_[right].length != best.length) {
        continue;
      }
      join(left, right, best.id);
      const std::size_t before = queue_.size();
      if (left > 0) consider(symbols_[left].previous, left, offer, work);
      if (queue_.size() != before) std::ranges::push_heap(queue_, std::greater());
      const std::size_t between = queue_.size();
      if (symbols_[left].next != count) consider(left, symbols_[left].next, offer, work);
      if (queue_.size() != between) std::ranges::push_heap(queue_, std::greater());
    }
  }

  void join(std::uint32_t left, std::uint32_t right, token_id id) {
    symbols_[left].length += symbols_[right].length;
    symbols_[left].id = id;
    symbols_[left].next = symbols_[right].next;
    symbols_[right].length = 0;
    if (symbols_[right].next != symbols_.size()) symbols_[symbols_[right].next].previous = left;
  }

  template <class Offer>
  void consider(std::uint32_t left, std::uint32_t right, const Offer& offer, merge_work& work) {
    ++work.offers;
    const merge_offer made = offer(symbols_[left], symbols_[right]);
    if (made.order == merge_offer::never) return;
    ++work.queued;
    queue_.push_back({std::uint64_t{made.order} << 32 | left,
                      symbols_[left].length + symbols_[right].length, made.id});
  }

  std::vector<merge_symbol> symbols_;
  std::vector<candidate> queue_;
};

}  // namespace qx::text
