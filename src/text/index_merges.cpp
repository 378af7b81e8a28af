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
    std::uint32_t begin, middle, end;  // bytes of the two parts, in `bytes`
    std::uint64_t left_hash, right_hash;
  };

  static constexpr std::size_t capacity = 32;

  std::array<entry, capacity> entries;
  std::size_t count = 0;
  std::string bytes;
  token_id last = no_token;  // what the merge before became

  [[nodiscard]] std::string_view part(std::uint32_t begin, std::uint32_t end) const {
    return std::string_view(bytes).substr(begin, end - begin);
  }
};

/// Decodes merges from `rank` on and asks for the memory of their parts; gives the rank after them.
result<std::size_t> tokenizer_maker::read_batch(std::size_t rank, batch& into) const {
  into.count = 0;
  into.bytes.clear();
  for (; rank < data.merges.size() && into.count < batch::capacity; ++rank) {
    const std::string_view merge = data.merges[rank];
    const std::size_t space = merge.find(' ', 1);
    if (space == std::string_view::npos) {
      return fail(errc::format, message("tokenizer.ggml.merges[", rank, "] is '", merge,
                                        "', not two parts with a space between them"));
    }
    batch::entry& e = into.entries[into.count];
    const auto at = [&] { return static_cast<std::uint32_t>(into.bytes.size()); };
    e.rank = static_cast<std::uint32_t>(rank);
    e.begin = at();
    if (!append_decoded(into.bytes, merge.substr(0, space))) continue;  // no text can reach it
    e.middle = at();
    if (!append_decoded(into.bytes, merge.substr(space + 1))) continue;
    e.end = at();
    if (e.begin == e.middle || e.middle == e.end) continue;
    e.left_hash = hash_bytes(into.part(e.begin, e.middle));
    e.right_hash = hash_bytes(into.part(e.middle, e.end));
    t.index.prefetch(e.left_hash);
    t.index.prefetch(e.right_hash);
    ++into.count;
  }
  return rank;
}

/// Files list merges in the order of the tokens that they make, so that a merge makes the token of
/// the one before it, or the next: looking there is quicker than looking up. Of tokens spelt alike
/// the index knows which one counts.
token_id tokenizer_maker::guess(std::string_view bytes, token_id last) const {
  if (spelt_alike) return no_token;
  for (const token_id id : {last, last + 1}) {
    if (t.vocab.is_mergeable(id) && t.vocab.type(id) == token_type::normal &&
        t.vocab.piece(id) == bytes) {
      return id;
    }
  }
  return no_token;
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
  struct triple {
    token_id left, right, both;
  };
  std::array<triple, batch::capacity> ids;
  for (std::size_t i = 0; i < ready.count; ++i) {
    const batch::entry& e = ready.entries[i];
    const std::string_view both = ready.part(e.begin, e.end);
    triple& found = ids[i];
    found.left = intern(e.left_hash, ready.part(e.begin, e.middle));
    found.right = intern(e.right_hash, ready.part(e.middle, e.end));
    found.both = guess(both, ready.last);
    if (found.both == no_token) found.both = intern(hash_bytes(both), both);
    ready.last = found.both;
    t.merges.prefetch(found.left, found.right);
  }
  for (std::size_t i = 0; i < ready.count; ++i) {
    t.merges.add(ids[i].left, ids[i].right, {ready.entries[i].rank, ids[i].both});
  }
}

result<void> tokenizer_maker::index_merges() {
  t.merges = merge_table(data.merges.size());
  batch next;
  for (std::size_t rank = 0; rank < data.merges.size();) {
    const result<std::size_t> reached = read_batch(rank, next);
    if (!reached) return std::unexpected(reached.error());
    add_batch(next);
    rank = *reached;
  }
  for (std::size_t byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    t.first_ids[byte] = t.find({&c, 1});
  }
  return {};
}

}  // namespace qx::text
