// SPDX-License-Identifier: MIT
#include <qx/text/token_masks.hpp>

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

namespace qx::text {
namespace {

constexpr std::size_t most_held = std::size_t{1} << 24;  // 64 MB of ids

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
  if (std::ranges::binary_search(ends_, token)) return;
  const std::size_t index = index_of_[static_cast<std::size_t>(token)];
  if (index == ids_.size()) {
    at_ = matcher::dead;
    return;
  }
  for (const char c : bytes_of(index))
    at_ = matcher_.next(at_, static_cast<std::uint8_t>(c));
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
  std::vector<token_id> found;
  if (matcher_.accepts(at_)) found = ends_;
  std::vector<matcher::state> after{at_};  // [bytes of the token]
  for (std::size_t i = 0; i < ids_.size();) {
    const std::string_view bytes = bytes_of(i);
    std::size_t depth = shared_[i];  // so many states are still those of this token
    after.resize(depth + 1);
    while (depth < bytes.size() && after[depth] != matcher::dead) {
      after.push_back(matcher_.next(after[depth], static_cast<std::uint8_t>(bytes[depth])));
      ++depth;
    }
    const bool alive = after[depth] != matcher::dead;
    if (alive) found.push_back(ids_[i]);
    // All that share the byte that led nowhere lead nowhere.
    for (++i; !alive && i < ids_.size() && shared_[i] >= depth; ++i) {
    }
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace qx::text
