// SPDX-License-Identifier: MIT
/// \file
/// The chat templates that need no file.
#pragma once

#include <span>
#include <string_view>

namespace qx::text {

struct built_in_chat {
  std::string_view name;
  /// Tokens of a vocabulary that was made for it, with spaces between them; "": never guessed.
  std::string_view tokens;
  std::string_view source;
};

/// In the order in which a vocabulary is asked for their tokens.
[[nodiscard]] std::span<const built_in_chat> built_in_chats();

}  // namespace qx::text
