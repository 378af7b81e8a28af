// SPDX-License-Identifier: MIT
/// \file
/// Finds special tokens in a text: the longest first over all of the text, then the next longest
/// in what is left, as the models' own tokenizers do.
#pragma once

#include <qx/core/token.hpp>
#include <qx/text/marked_text.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qx::text {

struct special_token {
  std::string text;
  token_id id = no_token;
  bool needs_parsing = false;  ///< control and unknown tokens are text unless parsing is on
  bool strip_left = false;     ///< swallows white space before it
  bool strip_right = false;    ///< swallows white space after it
};

/// A special token, or (`id == no_token`) a stretch of plain text that is not empty.
struct fragment {
  std::size_t begin, end;
  token_id id = no_token;
};

class special_splitter {
 public:
  /// Longer names are not looked for: it bounds the work at each place of a text.
  static constexpr std::size_t longest_name = 1024;

  special_splitter() { first_.fill(none); }
  explicit special_splitter(std::vector<special_token> tokens);

  /// The fragments of `text` in order. Within `plain` nothing is parsed, not even in part: a name
  /// that only begins there is text. Linear in the text, times one for each special token that
  /// occurs in it.
  [[nodiscard]] std::vector<fragment> split(std::string_view text, bool parse_special,
                                            std::span<const stretch> plain = {}) const;

  /// The id of a special token by its name, or `no_token`.
  [[nodiscard]] token_id find(std::string_view name) const;

 private:
  using index = std::int32_t;
  static constexpr index none = -1;

  struct node {
    char byte;
    index child = none, sibling = none;
    index token = none;  // that ends here, in tokens_
  };

  void insert(index token);
  index child_of(index parent, char byte) const;
  /// Calls `seen` for each token that begins at `at`.
  template <class Seen>
  void walk(std::string_view text, std::size_t at, Seen seen) const;

  std::vector<special_token> tokens_;  // longest first, then by id
  std::vector<node> nodes_;
  std::array<index, 256> first_;  // [byte] the node of a first byte
  bool any_without_parsing_ = false;
};

}  // namespace qx::text
