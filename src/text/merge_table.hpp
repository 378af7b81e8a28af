// SPDX-License-Identifier: MIT
/// \file
/// From two neighbouring tokens to the rank and the result of their merge: open addressing.
#pragma once

#include <qx/core/token.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <src/text/slots.hpp>

namespace qx::text {

struct ranked_merge {
  std::uint32_t rank = 0;
  token_id id = no_token;  ///< `no_token`: the two do not merge
};

/// Made without a count it is for nothing but being assigned to.
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
    const slot& place = slots_[probe(key_of(left, right))];
    return place.key == vacant ? ranked_merge{} : place.merge;
  }

  /// Asks for the memory of a pair ahead of `find` or `add`.
  void prefetch(token_id left, token_id right) const {
    __builtin_prefetch(&slots_[start(key_of(left, right))]);
  }

 private:
  static constexpr std::uint64_t vacant = 0;

  struct slot {
    std::uint64_t key;
    ranked_merge merge;
  };

  /// Never `vacant`: ids are at least `no_token`, and no merge has that on its left.
  static std::uint64_t key_of(token_id left, token_id right) {
    return std::uint64_t{static_cast<std::uint32_t>(left) + 1} << 32 |
           static_cast<std::uint32_t>(right);
  }

  std::size_t start(std::uint64_t key) const {
    const std::uint64_t hash = key * 0x9E3779B97F4A7C15u;
    return slots_.start(hash ^ hash >> 32);
  }

  std::size_t probe(std::uint64_t key) const {
    std::size_t at = start(key);
    while (slots_[at].key != key && slots_[at].key != vacant)
      at = slots_.after(at);
    return at;
  }

  slots<slot> slots_;  // at most 2/3 in use
};

}  // namespace qx::text
