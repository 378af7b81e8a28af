// SPDX-License-Identifier: MIT
/// \file
/// 280,000 merges are 840,000 look-ups at random places: they are read in batches, so that the
/// memory of one is on its way while others are worked on.
#include <qx/core/message.hpp>

#include <algorithm>
#include <array>
#include <src/text/byte_alphabet.hpp>
#include <src/text/tokenizer_maker.hpp>
#include <string>

namespace qx::text {

struct tokenizer_maker::batch {
  struct entry {
    std::uint32_t rank;
    token_id both;  // `no_token`: not known yet
    std::string_view left, right;
    std::uint64_t left_hash, right_hash;
    std::string bytes;  // of both, where they are not those of a token
  };

  static constexpr std::size_t capacity = 32;

  std::array<entry, capacity> entries;
  std::size_t count = 0;
  token_id last = no_token;  // what the merge before became
};

namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// Of a spelling in the alphabet the bytes that it stands for, one a character.
std::size_t count_characters(std::string_view spelling) {
  std::size_t count = 0;
  for (const char c : spelling) count += is_continuation(c) ? 0 : 1;
  return count;
}

}  // namespace

/// Files list merges in the order of the tokens that they make, so that a merge makes the token of
/// the one before it, or the next: looking there is quicker than decoding both parts and looking
/// them up. Of tokens spelt alike the index knows which one counts.
bool tokenizer_maker::guess(std::string_view left, std::string_view right, batch& into) const {
  if (spelt_alike || right.empty() || is_continuation(right[0])) return false;
  for (const token_id id : {into.last, into.last + 1}) {
    if (!t.vocab.is_mergeable(id) || t.vocab.type(id) != token_type::normal) continue;
    const std::string_view spelling = data.tokens[static_cast<std::size_t>(id)];
    if (spelling.size() != left.size() + right.size() ||
        !same_bytes(spelling.substr(0, left.size()), left) ||
        !same_bytes(spelling.substr(left.size()), right)) {
      continue;
    }
    const std::string_view piece = t.vocab.piece(id);
    const std::size_t middle =
        piece.size() == spelling.size() ? left.size() : count_characters(left);
    batch::entry& e = into.entries[into.count];
    e.left = piece.substr(0, middle);
    e.right = piece.substr(middle);
    e.both = into.last = id;
    return true;
  }
  return false;
}

/// False where a part is empty or no text can reach it.
bool tokenizer_maker::decode(std::string_view left, std::string_view right, batch& into) {
  batch::entry& e = into.entries[into.count];
  e.bytes.clear();
  if (!append_decoded(e.bytes, left)) return false;
  const std::size_t middle = e.bytes.size();
  if (!append_decoded(e.bytes, right)) return false;
  e.left = std::string_view(e.bytes).substr(0, middle);
  e.right = std::string_view(e.bytes).substr(middle);
  e.both = no_token;
  return !e.left.empty() && !e.right.empty();
}

/// Reads merges until the batch is full and asks for the memory of their parts.
result<void> tokenizer_maker::read_batch(merge_reader& merges, batch& into) const {
  into.count = 0;
  while (!merges.done() && into.count < batch::capacity) {
    const std::size_t rank = merges.rank();
    const std::string_view merge = merges.next();
    const std::size_t space = merge.find(' ', 1);
    if (space == std::string_view::npos) {
      return fail(errc::format, message("tokenizer.ggml.merges[", rank, "] is '", merge,
                                        "', not two parts with a space between them"));
    }
    const std::string_view left = merge.substr(0, space), right = merge.substr(space + 1);
    if (!guess(left, right, into) && !decode(left, right, into)) continue;
    batch::entry& e = into.entries[into.count++];
    e.rank = static_cast<std::uint32_t>(rank);
    e.left_hash = hash_bytes(e.left);
    e.right_hash = hash_bytes(e.right);
    t.index.prefetch(e.left_hash);
    t.index.prefetch(e.right_hash);
  }
  return {};
}

/// The id of bytes that a merge names, made up where they are not a token.
token_id tokenizer_maker::intern(std::uint64_t hash, std::string_view bytes) {
  const token_id known = t.index.find(hash, bytes, strings());
  if (known != no_token) return known;
  t.beyond.push_back(bytes);
  const token_id made = static_cast<token_id>(t.vocab.size() + t.beyond.size() - 1);
  t.longest_piece = std::max(t.longest_piece, bytes.size());
  t.index.set(hash, t.beyond[t.beyond.size() - 1], made, strings());
  return made;
}

void tokenizer_maker::add_batch(batch& ready) {
  struct pair {
    token_id left, right;
  };
  std::array<pair, batch::capacity> parts;
  for (std::size_t i = 0; i < ready.count; ++i) {
    batch::entry& e = ready.entries[i];
    parts[i] = {intern(e.left_hash, e.left), intern(e.right_hash, e.right)};
    if (e.both == no_token) {
      e.both = intern(hash_bytes(e.bytes), e.bytes);
      ready.last = e.both;
    }
    t.merges.prefetch(parts[i].left, parts[i].right);
  }
  for (std::size_t i = 0; i < ready.count; ++i) {
    const batch::entry& e = ready.entries[i];
    t.merges.add(parts[i].left, parts[i].right, {e.rank, e.both});
  }
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
