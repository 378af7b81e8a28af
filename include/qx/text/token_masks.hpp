// SPDX-License-Identifier: MIT
/// \file
/// Which tokens of a vocabulary a grammar allows. Tokens are walked in the order of their bytes,
/// so that what they have in common is read once, and each state of the grammar is asked once.
#pragma once

#include <qx/core/token.hpp>
#include <qx/text/matcher.hpp>
#include <qx/text/tokenizer.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace qx::text {

class token_masks {
 public:
  token_masks(const tokenizer& words, grammar g);

  /// The tokens that may come next, ascending; valid until the next call. Tokens that end a
  /// generation are among them where the text may end, no other control tokens ever.
  [[nodiscard]] std::span<const token_id> allowed();
  /// Whether that has been found out for this place already: then it costs nothing.
  [[nodiscard]] bool known() const { return found_.contains(at_); }
  /// Whether this token may come next.
  [[nodiscard]] bool allows(token_id token);
  /// Goes on with a token. One that is not allowed leads nowhere: nothing is allowed after it.
  void advance(token_id token);
  /// Back to the empty text.
  void restart() { at_ = matcher_.start(); }

  [[nodiscard]] bool finished() const { return matcher_.finished(at_); }
  [[nodiscard]] bool accepts() const { return matcher_.accepts(at_); }

 private:
  [[nodiscard]] std::string_view bytes_of(std::size_t index) const {
    return std::string_view(bytes_).substr(begins_[index], begins_[index + 1] - begins_[index]);
  }
  [[nodiscard]] std::vector<token_id> find_allowed();
  /// The place after a token that is not an end; `dead` where it leads nowhere.
  [[nodiscard]] matcher::state after(token_id token);

  matcher matcher_;
  matcher::state at_;
  std::string bytes_;                  ///< of all tokens, in their order
  std::vector<std::size_t> begins_;    ///< [index in that order], and the end
  std::vector<std::size_t> shared_;    ///< bytes that a token has in common with the one before it
  std::vector<token_id> ids_;          ///< [index in that order]
  std::vector<std::size_t> index_of_;  ///< [token]; past the end for those without bytes
  std::vector<token_id> ends_;         ///< tokens that end a generation
  std::unordered_map<matcher::state, std::vector<token_id>> found_;
  std::size_t held_ = 0;  ///< ids in `found_`
};

}  // namespace qx::text
