// SPDX-License-Identifier: MIT
#include <qx/text/token_masks.hpp>

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

namespace qx::text {
namespace {

constexpr std::size_t most_held = std::size_t{1} << 24;  // 64 MB of ids

/// A set of tokens as bits: the walk meets tokens in the order of their bytes, and putting a
/// hundred thousand of them into the order of their numbers would take longer than the walk.
class marks {
 public:
  explicit marks(std::size_t tokens) : bits_((tokens + 63) / 64) {}

  void set(token_id id) {
    const auto i = static_cast<std::size_t>(id);
    std::uint64_t& word = bits_[i / 64];
    count_ += (word >> (i % 64) & 1) == 0;
    word |= std::uint64_t{1} << (i % 64);
  }
  [[nodiscard]] std::vector<token_id> ascending() const {
    std::vector<token_id> out;
    out.reserve(count_);
    for (std::size_t i = 0; i < bits_.size(); ++i)
      for (std::uint64_t word = bits_[i]; word != 0; word &= word - 1)
        out.push_back(
            static_cast<token_id>(64 * i + static_cast<unsigned>(std::countr_zero(word))));
    return out;
  }

 private:
  std::vector<std::uint64_t> bits_;
  std::size_t count_ = 0;
};

}  // namespace

token_masks::token_masks(const tokenizer& words, grammar g)
    : matcher_(std::move(g)), at_(matcher_.start()), index_of_(words.size()) {
  std::vector<std::string> texts(words.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto id = static_cast<token_id>(i);
    texts[i] = words.decode(std::span(&id, 1), {.special = false, .strip_space_prefix = false});
    if (words.is_end_of_generation(id)) {
      ends_.push_back(id);
      texts[i].clear();
    }
    if (!texts[i].empty()) ids_.push_back(id);
  }
  const auto text = [&](token_id id) -> const std::string& {
    return texts[static_cast<std::size_t>(id)];
  };
  std::ranges::sort(ids_, [&](token_id a, token_id b) {
    const int order = text(a).compare(text(b));
    return order < 0 || (order == 0 && a < b);
  });
  std::ranges::fill(index_of_, ids_.size());
  std::string_view before;
  for (std::size_t i = 0; i < ids_.size(); ++i) {
    const std::string& mine = text(ids_[i]);
    index_of_[static_cast<std::size_t>(ids_[i])] = i;
    begins_.push_back(bytes_.size());
    bytes_ += mine;
    const auto differs = std::ranges::mismatch(before, mine);
    shared_.push_back(static_cast<std::size_t>(differs.in1 - before.begin()));
    before = mine;
  }
  begins_.push_back(bytes_.size());
}

void token_masks::advance(token_id token) {
  if (!std::ranges::binary_search(ends_, token)) at_ = after(token);
}

bool token_masks::allows(token_id token) {
  if (std::ranges::binary_search(ends_, token)) return matcher_.accepts(at_);
  return after(token) != matcher::dead;
}

matcher::state token_masks::after(token_id token) {
  const std::size_t index = index_of_[static_cast<std::size_t>(token)];
  if (index == ids_.size()) return matcher::dead;
  matcher::state at = at_;
  for (const char c : bytes_of(index))
    at = matcher_.next(at, static_cast<std::uint8_t>(c));
  return at;
}

std::span<const token_id> token_masks::allowed() {
  if (const auto known = found_.find(at_); known != found_.end()) return known->second;
  if (held_ > most_held) {
    found_.clear();
    held_ = 0;
  }
  auto& found = found_[at_] = find_allowed();
  held_ += found.size();
  return found;
}

std::vector<token_id> token_masks::find_allowed() {
  marks found(index_of_.size());
  if (matcher_.accepts(at_))
    for (const token_id id : ends_)
      found.set(id);
  std::vector<matcher::state> after{at_};  // [bytes of the token]
  for (std::size_t i = 0; i < ids_.size();) {
    const std::string_view bytes = bytes_of(i);
    if (after.size() <= bytes.size()) after.resize(bytes.size() + 1);
    std::size_t depth = shared_[i];  // so many states are still those of this token
    matcher::state at = after[depth];
    while (depth < bytes.size() && at != matcher::dead) {
      at = matcher_.next(at, static_cast<std::uint8_t>(bytes[depth]));
      after[++depth] = at;
    }
    const bool alive = at != matcher::dead;
    if (alive) found.set(ids_[i]);
    // All that share the byte that led nowhere lead nowhere.
    for (++i; !alive && i < ids_.size() && shared_[i] >= depth; ++i) {
    }
  }
  return found.ascending();
}

}  // namespace qx::text
