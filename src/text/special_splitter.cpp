// SPDX-License-Identifier: MIT
#include <algorithm>
#include <src/text/ascii.hpp>
#include <src/text/special_splitter.hpp>
#include <utility>

namespace qx::text {

namespace {

/// Whether some of the `size` bytes at `begin` lie in one of the stretches, which are in order.
bool touches(std::span<const stretch> plain, std::size_t begin, std::size_t size) {
  const auto next = std::ranges::upper_bound(plain, begin, {}, &stretch::end);
  return next != plain.end() && next->begin < begin + size;
}

/// Replaces a fragment of text by itself with every `token` in it cut out.
void cut(std::string_view text, const fragment& whole, const special_token& token,
         std::span<const stretch> plain, std::vector<fragment>& out) {
  std::size_t at = whole.begin;
  const std::string_view limited = text.substr(0, whole.end);
  for (std::size_t from = at; at < whole.end;) {
    const std::size_t found = limited.find(token.text, from);
    if (found == std::string_view::npos) break;
    from = found + 1;
    if (token.needs_parsing && touches(plain, found, token.text.size())) continue;
    std::size_t left_end = found;
    while (token.strip_left && left_end > at && is_ascii_space(text[left_end - 1]))
      --left_end;
    if (left_end > at) out.push_back({at, left_end});
    at = found + token.text.size();
    out.push_back({found, at, token.id});
    while (token.strip_right && at < whole.end && is_ascii_space(text[at]))
      ++at;
    from = at;
  }
  if (at < whole.end) out.push_back({at, whole.end});
}

}  // namespace

special_splitter::special_splitter(std::vector<special_token> tokens) {
  first_.fill(none);
  std::erase_if(tokens, [](const special_token& token) {
    return token.text.empty() || token.text.size() > longest_name;
  });
  std::ranges::sort(tokens, [](const special_token& a, const special_token& b) {
    return a.text.size() != b.text.size() ? a.text.size() > b.text.size() : a.id < b.id;
  });
  tokens_ = std::move(tokens);
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    insert(static_cast<index>(i));
    any_without_parsing_ = any_without_parsing_ || !tokens_[i].needs_parsing;
  }
}

special_splitter::index special_splitter::child_of(index parent, char byte) const {
  index at = nodes_[static_cast<std::size_t>(parent)].child;
  while (at != none && nodes_[static_cast<std::size_t>(at)].byte != byte) {
    at = nodes_[static_cast<std::size_t>(at)].sibling;
  }
  return at;
}

void special_splitter::insert(index token) {
  const std::string& text = tokens_[static_cast<std::size_t>(token)].text;
  index& first = first_[static_cast<unsigned char>(text[0])];
  if (first == none) {
    first = static_cast<index>(nodes_.size());
    nodes_.push_back({text[0]});
  }
  index at = first;
  for (std::size_t i = 1; i < text.size(); ++i) {
    index next = child_of(at, text[i]);
    if (next == none) {
      next = static_cast<index>(nodes_.size());
      nodes_.push_back({text[i], none, nodes_[static_cast<std::size_t>(at)].child});
      nodes_[static_cast<std::size_t>(at)].child = next;
    }
    at = next;
  }
  nodes_[static_cast<std::size_t>(at)].token = token;  // of two spelt alike the last one counts
}

template <class Seen>
void special_splitter::walk(std::string_view text, std::size_t at, Seen seen) const {
  index place = first_[static_cast<unsigned char>(text[at])];
  while (place != none) {
    const index token = nodes_[static_cast<std::size_t>(place)].token;
    if (token != none) seen(static_cast<std::size_t>(token));
    if (++at == text.size()) return;
    place = child_of(place, text[at]);
  }
}

std::vector<fragment> special_splitter::split(std::string_view text, bool parse_special,
                                              std::span<const stretch> plain) const {
  std::vector<fragment> fragments;
  if (text.empty()) return fragments;
  fragments.push_back({0, text.size()});
  if (!(parse_special ? !tokens_.empty() : any_without_parsing_)) return fragments;

  std::vector<bool> occurs(tokens_.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    walk(text, at, [&](std::size_t token) {
      const special_token& t = tokens_[token];
      if (!t.needs_parsing || (parse_special && !touches(plain, at, t.text.size())))
        occurs[token] = true;
    });
  }
  std::vector<fragment> before;
  for (std::size_t token = 0; token < tokens_.size(); ++token) {
    if (!occurs[token]) continue;
    before.swap(fragments);
    fragments.clear();
    for (const fragment& one : before) {
      if (one.id != no_token)
        fragments.push_back(one);
      else
        cut(text, one, tokens_[token], plain, fragments);
    }
  }
  return fragments;
}

token_id special_splitter::find(std::string_view name) const {
  token_id found = no_token;
  if (name.empty()) return found;
  walk(name, 0, [&](std::size_t token) {
    if (tokens_[token].text.size() == name.size()) found = tokens_[token].id;
  });
  return found;
}

}  // namespace qx::text
