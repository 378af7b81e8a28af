// SPDX-License-Identifier: MIT
/// \file
/// From bytes to the id of the token that they are: open addressing, the strings kept elsewhere.
#pragma once

#include <qx/core/token.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <src/text/slots.hpp>
#include <string_view>
#include <utility>

namespace qx::text {

/// Up to eight bytes as a number, without a loop: what is in words is too short to call memcpy for.
[[nodiscard]] inline std::uint64_t read_word(const char* at, std::size_t bytes) {
  if (bytes >= 4) {
    std::uint32_t low, high;  // they overlap where there are fewer than eight
    std::memcpy(&low, at, 4);
    std::memcpy(&high, at + bytes - 4, 4);
    return low | std::uint64_t{high} << 8 * (bytes - 4);
  }
  if (bytes == 0) return 0;
  const auto byte = [at](std::size_t i) {
    return std::uint64_t{static_cast<unsigned char>(at[i])} << 8 * i;
  };
  return byte(0) | byte(bytes / 2) | byte(bytes - 1);
}

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
  hash = mix(hash, read_word(at, left)) * factor;
  return hash ^ hash >> 32;
}

/// Whether `a` is `b`, for strings of a few words each.
[[nodiscard]] inline bool same_bytes(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  std::size_t at = 0;
  for (; a.size() - at > 8; at += 8) {
    if (read_word(a.data() + at, 8) != read_word(b.data() + at, 8)) return false;
  }
  return read_word(a.data() + at, a.size() - at) == read_word(b.data() + at, b.size() - at);
}

/// `Strings` gives the bytes of an id: `strings(id)`. At most half of the slots are in use.
class string_index {
 public:
  explicit string_index(std::size_t expected = 0) : slots_(std::bit_ceil(2 * expected + 16)) {}

  /// The id of `text`, or `no_token`. `hash` is its `hash_bytes`.
  template <class Strings>
  [[nodiscard]] token_id find(std::uint64_t hash, std::string_view text,
                              const Strings& strings) const {
    return slots_[probe(hash, text, strings)].id();
  }
  template <class Strings>
  [[nodiscard]] token_id find(std::string_view text, const Strings& strings) const {
    return find(hash_bytes(text), text, strings);
  }

  /// Asks for the memory that `find` will read first.
  void prefetch(std::uint64_t hash) const { __builtin_prefetch(&slots_[slots_.start(hash)]); }

  /// The id that `find` will compare with first, or `no_token`, which `find` then gives, too.
  [[nodiscard]] token_id candidate(std::uint64_t hash) const {
    return slots_[skip_others(hash, slots_.start(hash))].id();
  }

  /// Makes `text` mean `id`; whether it meant nothing before. `hash` is its `hash_bytes`, and
  /// `strings(id)` must give `text` from now on.
  template <class Strings>
  bool set(std::uint64_t hash, std::string_view text, token_id id, const Strings& strings) {
    if (2 * (used_ + 1) > slots_.size()) grow(strings);
    slot& place = slots_[probe(hash, text, strings)];
    const bool added = place.vacant();
    if (added) ++used_;
    place = {static_cast<std::uint32_t>(hash >> 32), static_cast<std::uint32_t>(id) + 1};
    return added;
  }

 private:
  struct slot {
    std::uint32_t tag;  // the upper half of the hash: most misses are seen without the string
    std::uint32_t after_id;

    [[nodiscard]] bool vacant() const { return after_id == 0; }
    [[nodiscard]] token_id id() const { return static_cast<token_id>(after_id - 1); }
  };

  template <class Strings>
  void grow(const Strings& strings) {
    const string_index before = std::exchange(*this, string_index(used_ + 1));
    for (const slot& s : before.slots_) {
      if (s.vacant()) continue;
      const std::string_view text = strings(s.id());
      set(hash_bytes(text), text, s.id(), strings);
    }
  }

  /// From `at` on the first slot that is vacant or may be that of a string of this hash.
  [[nodiscard]] std::size_t skip_others(std::uint64_t hash, std::size_t at) const {
    const std::uint32_t tag = static_cast<std::uint32_t>(hash >> 32);
    while (!slots_[at].vacant() && slots_[at].tag != tag)
      at = slots_.after(at);
    return at;
  }

  template <class Strings>
  std::size_t probe(std::uint64_t hash, std::string_view text, const Strings& strings) const {
    std::size_t at = skip_others(hash, slots_.start(hash));
    while (!slots_[at].vacant() && !same_bytes(strings(slots_[at].id()), text)) {
      at = skip_others(hash, slots_.after(at));
    }
    return at;
  }

  slots<slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace qx::text
