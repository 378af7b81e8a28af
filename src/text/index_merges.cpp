// SPDX-License-Identifier: MIT
/// \file
/// 280,000 merges are 840,000 look-ups at random places: a third of them is guessed, and merges are
/// read in batches, so that the memory of one is on its way while others are worked on.
#include <qx/core/message.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <span>
#include <src/text/byte_alphabet.hpp>
#include <src/text/tokenizer_maker.hpp>
#include <string>

namespace qx::text {

struct tokenizer_maker::part {
  std::string_view bytes;
  std::uint64_t hash = 0;
  token_id candidate = no_token;  // what the index has for the hash
  token_id id = no_token;
};

struct tokenizer_maker::batch {
  struct entry {
    std::uint32_t rank;
    token_id both;  // `no_token`: not known yet
    part left, right;
    std::string bytes;  // of both, where they are not those of a token
  };

  /// A token that a merge may make, `spelling` empty where it cannot.
  struct candidate {
    token_id id = no_token;
    std::string_view spelling, piece;
  };

  static constexpr std::size_t capacity = 32;

  std::array<entry, capacity> entries;
  std::size_t count = 0;
  candidate last, next;  // what the merge before made, and the token after that
};

namespace {

/// Of a spelling in the alphabet the bytes that it stands for, one a character.
std::size_t count_characters(std::string_view spelling) {
  constexpr std::uint64_t ones = 0x0101010101010101u;
  std::size_t count = spelling.size();
  while (!spelling.empty()) {
    const std::size_t step = std::min<std::size_t>(spelling.size(), 8);
    const std::uint64_t word = read_word(spelling.data(), step);
    const std::uint64_t within = (word >> 7 & ~(word >> 6)) & ones;  // bytes that begin with 10
    count -= within * ones >> 56;
    spelling.remove_prefix(step);
  }
  return count;
}

/// Where two strings first differ, at the latest at the end of `b`, which is not the longer one.
std::size_t common_prefix(std::string_view a, std::string_view b) {
  static_assert(std::endian::native == std::endian::little);  // the first byte is the lowest
  for (std::size_t at = 0; at < b.size(); at += 8) {
    const std::size_t step = std::min<std::size_t>(b.size() - at, 8);
    const std::uint64_t differ = read_word(a.data() + at, step) ^ read_word(b.data() + at, step);
    if (differ != 0) return at + static_cast<std::size_t>(std::countr_zero(differ)) / 8;
  }
  return b.size();
}

/// Where a space makes `spelling`, in the alphabet, the merge of two parts; 0 where none does.
std::size_t split_of(std::string_view merge, std::string_view spelling) {
  if (merge.size() != spelling.size() + 1) return 0;
  const std::size_t at = common_prefix(merge, spelling);
  if (at == spelling.size() || merge[at] != ' ') return 0;
  const bool within_character = (static_cast<unsigned char>(spelling[at]) & 0xC0) == 0x80;
  return !within_character && same_bytes(merge.substr(at + 1), spelling.substr(at)) ? at : 0;
}

}  // namespace

void tokenizer_maker::expect(token_id last, batch& into) const {
  const auto make = [&](token_id id) {
    if (spelt_alike || !t.vocab.is_mergeable(id) || t.vocab.type(id) != token_type::normal) {
      return batch::candidate{id, {}, {}};
    }
    return batch::candidate{id, data.tokens[static_cast<std::size_t>(id)], t.vocab.piece(id)};
  };
  into.last = last == into.next.id ? into.next : make(last);
  into.next = make(last + 1);
}

/// Files list merges in the order of the tokens that they make, so that a merge makes the token of
/// the one before it, or the next: looking there is quicker than decoding both parts and looking
/// the whole up. Of tokens spelt alike the index knows which one counts.
bool tokenizer_maker::guess(std::string_view merge, batch& into) const {
  std::size_t at = split_of(merge, into.last.spelling);
  if (at == 0) {
    at = split_of(merge, into.next.spelling);
    if (at == 0) return false;
    expect(into.next.id, into);
  }
  const auto& [id, spelling, piece] = into.last;
  const bool one_byte_each = piece.size() == spelling.size();
  const std::size_t middle = one_byte_each ? at : count_characters(spelling.substr(0, at));
  batch::entry& e = into.entries[into.count];
  e.left.bytes = piece.substr(0, middle);
  e.right.bytes = piece.substr(middle);
  e.both = id;
  return true;
}

/// False where a part is empty or no text can reach it.
bool tokenizer_maker::decode(std::string_view left, std::string_view right, batch& into) {
  batch::entry& e = into.entries[into.count];
  e.bytes.clear();
  if (!append_decoded(e.bytes, left)) return false;
  const std::size_t middle = e.bytes.size();
  if (!append_decoded(e.bytes, right)) return false;
  e.left.bytes = std::string_view(e.bytes).substr(0, middle);
  e.right.bytes = std::string_view(e.bytes).substr(middle);
  e.both = no_token;
  return !e.left.bytes.empty() && !e.right.bytes.empty();
}

/// Reads merges until the batch is full and asks for the memory of their parts.
result<void> tokenizer_maker::read_batch(merge_reader& merges, batch& into) const {
  into.count = 0;
  while (!merges.done() && into.count < batch::capacity) {
    const std::size_t rank = merges.rank();
    const std::string_view merge = merges.next();
    if (!guess(merge, into)) {
      const std::size_t space = merge.find(' ', 1);
      if (space == std::string_view::npos) {
        return fail(errc::format, message("tokenizer.ggml.merges[", rank, "] is '", merge,
                                          "', not two parts with a space between them"));
      }
      if (!decode(merge.substr(0, space), merge.substr(space + 1), into)) continue;
    }
    batch::entry& e = into.entries[into.count++];
    e.rank = static_cast<std::uint32_t>(rank);
    for (part* side : {&e.left, &e.right}) {
      side->hash = hash_bytes(side->bytes);
      t.index.prefetch(side->hash);
    }
  }
  return {};
}

/// The id of a part, made up where it is not a token.
token_id tokenizer_maker::intern(const part& named) {
  if (named.candidate != no_token && same_bytes(t.bytes_of(named.candidate), named.bytes)) {
    return named.candidate;
  }
  const token_id known = t.index.find(named.hash, named.bytes, strings());
  if (known != no_token) return known;
  t.beyond.push_back(named.bytes);
  const token_id made = static_cast<token_id>(t.vocab.size() + t.beyond.size() - 1);
  t.longest_piece = std::max(t.longest_piece, named.bytes.size());
  t.index.set(named.hash, t.beyond[t.beyond.size() - 1], made, strings());
  return made;
}

/// The memory of a batch is asked for in three steps, each of which reads what the one before asked
/// for: slots of the index, the strings that they name, slots of the table of merges.
void tokenizer_maker::add_batch(batch& ready) {
  const std::span<batch::entry> entries = std::span(ready.entries).first(ready.count);
  for (batch::entry& e : entries) {
    for (part* side : {&e.left, &e.right}) {
      side->candidate = t.index.candidate(side->hash);
      if (side->candidate != no_token) __builtin_prefetch(t.bytes_of(side->candidate).data());
    }
  }
  for (batch::entry& e : entries) {
    e.left.id = intern(e.left);
    e.right.id = intern(e.right);
    if (e.both == no_token) e.both = intern({e.bytes, hash_bytes(e.bytes)});
    t.merges.prefetch(e.left.id, e.right.id);
  }
  for (const batch::entry& e : entries)
    t.merges.add(e.left.id, e.right.id, {e.rank, e.both});
  if (!entries.empty() && entries.back().both != ready.last.id) expect(entries.back().both, ready);
}

result<void> tokenizer_maker::index_merges() {
  merge_reader merges(data);
  t.merges = merge_table(data.merge_count());
  batch next;
  while (!merges.done()) {
    if (const result<void> read = read_batch(merges, next); !read) return read;
    add_batch(next);
  }
  for (std::size_t byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    t.first_ids[byte] = t.find({&c, 1});
  }
  return {};
}

}  // namespace qx::text
