// SPDX-License-Identifier: MIT
/// \file
/// A text that knows which of its stretches came from outside. What a user writes may spell the
/// name of a control token; only the template's own words are meant so.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qx::text {

/// Bytes of a text, from the first to the one behind the last.
struct stretch {
  std::size_t begin, end;
  bool operator==(const stretch&) const = default;
};

class marked_text {
 public:
  marked_text() = default;
  /// All of it from outside, or none.
  explicit marked_text(std::string text, bool foreign = false);

  [[nodiscard]] const std::string& text() const { return text_; }
  /// What came from outside: in order, apart from each other, none empty.
  [[nodiscard]] std::span<const stretch> foreign() const { return foreign_; }

  void append(std::string_view own) { text_ += own; }
  void append(const marked_text& more);
  /// The stretch that `piece`, a view of this text, lies in.
  [[nodiscard]] marked_text part(std::string_view piece) const;
  /// Another text of the same length, with the same marks: letters in another case.
  [[nodiscard]] marked_text respelt(std::string text) const;
  /// The rest from a byte on.
  [[nodiscard]] marked_text from(std::size_t begin) const {
    return part(std::string_view(text_).substr(begin));
  }

  bool operator==(const marked_text&) const = default;

 private:
  std::string text_;
  std::vector<stretch> foreign_;
};

}  // namespace qx::text
