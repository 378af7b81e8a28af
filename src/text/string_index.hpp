// SPDX-License-Identifier: MIT
/// \file
/// From bytes to the id of the token that they are: open addressing, the strings kept elsewhere.
#pragma once

#include <qx/core/token.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

namespace qx::text {

/// Eight bytes a step; both halves of the result are well mixed.
[[nodiscard]] inline std::uint64_t hash_bytes(std::string_view text) {
  constexpr std::uint64_t factor = 0x9E3779B97F4A7C15u;  // 2^64 / golden ratio, odd
  const auto mix = [](std::uint64_t h, std::uint64_t word) {
    h = (h ^ word) * factor;
    return h ^ h >> 29;
  };
  std::uint64_t hash = text.size();
  const char* at = text.data();
  std::size_t left = text.size();
  for (std::uint64_t word; left >= 8; at += 8, left -= 8) {
    std::memcpy(&word, at, 8);
    hash = mix(hash, word);
  }
  std::uint64_t tail = 0;
  if (left != 0) std::memcpy(&tail, at, left);
  hash = mix(hash, tail) * factor;
  return hash ^ hash >> 32;
}

/// `Strings` gives the bytes of an id: `strings(id)`. At most half of the slots are in use.
class string_index {
 public:
  explicit string_index(std::size_t expected = 0) { resize(expected); }

  /// The id of `text`, or `no_token`. `hash` is its `hash_bytes`.
  template <class Strings>
  [[nodiscard]] token_id find(std::uint64_t hash, std::string_view text,
                              const Strings& strings) const {
    return slots_[probe(hash, text, strings)].id;
  }
  template <class Strings>
  [[nodiscard]] token_id find(std::string_view text, const Strings& strings) const {
    return find(hash_bytes(text), text, strings);
  }

  /// Asks for the memory that `find` will read first.
  void prefetch(std::uint64_t hash) const {
    __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]);
  }

  /// Makes `text` mean `id`; whether it meant nothing before. `strings(id)` must give `text` from
  /// now on.
  template <class Strings>
  bool set(std::string_view text, token_id id, const Strings& strings) {
    if (2 * (used_ + 1) > slots_.size()) grow(strings);
    const std::uint64_t hash = hash_bytes(text);
    slot& place = slots_[probe(hash, text, strings)];
    const bool added = place.id == no_token;
    if (added) ++used_;
    place = {static_cast<std::uint32_t>(hash >> 32), id};
    return added;
  }

 private:
  struct slot {
    std::uint32_t tag = 0;  // the upper half of the hash: most misses are seen without the string
    token_id id = no_token;
  };

  void resize(std::size_t expected) {
    slots_.assign(std::bit_ceil(2 * expected + 16), slot{});
    used_ = 0;
  }

  template <class Strings>
  void grow(const Strings& strings) {
    std::vector<slot> before = std::move(slots_);
    resize(used_ + 1);
    for (const slot& s : before) {
      if (s.id != no_token) set(strings(s.id), s.id, strings);
    }
  }

  template <class Strings>
  std::size_t probe(std::uint64_t hash, std::string_view text, const Strings& strings) const {
    const std::uint32_t tag = static_cast<std::uint32_t>(hash >> 32);
    std::size_t at = hash & (slots_.size() - 1);
    while (slots_[at].id != no_token && (slots_[at].tag != tag || strings(slots_[at].id) != text)) {
      at = (at + 1) & (slots_.size() - 1);
    }
    return at;
  }

  std::vector<slot> slots_;  // a power of two
  std::size_t used_ = 0;
};

}  // namespace qx::text
