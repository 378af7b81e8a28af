// SPDX-License-Identifier: MIT
#include "breakers.hpp"

#include <string_view>

namespace qx::sampling {
namespace {

constexpr std::size_t longest_tail = 20;  // so that looking for a breaker stays linear

void add_partial(const text::tokenizer& words, token_id head, std::string_view word,
                 std::string_view text, std::vector<dry::breaker>& found) {
  for (std::size_t n = 1; n < text.size() && n <= word.size(); ++n) {
    if (!word.ends_with(text.substr(0, n))) continue;
    auto tail =
        words.encode(text.substr(n), {.add_bos = false, .add_eos = false, .parse_special = false});
    if (tail.size() > longest_tail) tail.resize(longest_tail);
    found.push_back({head, std::move(tail)});
  }
}

}  // namespace

std::vector<dry::breaker> find_breakers(const text::tokenizer& words,
                                        std::span<const std::string> texts) {
  std::vector<dry::breaker> found;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto head = static_cast<token_id>(i);
    const std::string word =
        words.decode(std::span(&head, 1), {.special = true, .strip_space_prefix = false});
    for (const std::string& text : texts) {
      if (text.empty()) continue;
      if (word.find(text) != std::string::npos)
        found.push_back({head, {}});
      else
        add_partial(words, head, word, text, found);
    }
  }
  return found;
}

}  // namespace qx::sampling
