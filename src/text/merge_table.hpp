// SPDX-License-Identifier: MIT
/// \file
/// From two neighbouring tokens to the rank and the result of their merge: open addressing.
#pragma once

#include <qx/core/token.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace qx::text {

struct ranked_merge {
  std::uint32_t rank = 0;
  token_id id = no_token;  ///< `no_token`: the two do not merge
};

class merge_table {
 public:
  merge_table() = default;
  explicit merge_table(std::size_t count) : slots_(std::bit_ceil(count + count / 2 + 16)) {}

  /// The first rank given for a pair stays.
  void add(token_id left, token_id right, ranked_merge merge) {
    slot& place = slots_[probe(key_of(left, right))];
    if (place.key == vacant) place = {key_of(left, right), merge};
  }

  [[nodiscard]] ranked_merge find(token_id left, token_id right) const {
    return slots_[probe(key_of(left, right))].merge;
  }

  /// Asks for the memory of a pair ahead of `find` or `add`.
  void prefetch(token_id left, token_id right) const {
    __builtin_prefetch(&slots_[start(key_of(left, right))]);
  }

 private:
  static constexpr std::uint64_t vacant = ~std::uint64_t{0};

  struct slot {
    std::uint64_t key = vacant;
    ranked_merge merge;
  };

  static std::uint64_t key_of(token_id left, token_id right) {
    return std::uint64_t{static_cast<std::uint32_t>(left)} << 32 |
           static_cast<std::uint32_t>(right);
  }

  std::size_t start(std::uint64_t key) const {
    const std::uint64_t hash = key * 0x9E3779B97F4A7C15u;
    return (hash ^ hash >> 32) & (slots_.size() - 1);
  }

  std::size_t probe(std::uint64_t key) const {
    std::size_t at = start(key);
    while (slots_[at].key != key && slots_[at].key != vacant)
      at = (at + 1) & (slots_.size() - 1);
    return at;
  }

  std::vector<slot> slots_ = std::vector<slot>(16);  // a power of two, at most 2/3 in use
};

}  // namespace qx::text
