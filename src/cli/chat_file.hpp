// SPDX-License-Identifier: MIT
/// \file
/// Conversations as files: JSON as other programs have it, [{"role": "user", "content": "Hi"}, …].
#pragma once

#include <qx/core/error.hpp>
#include <qx/text/chat_template.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qx::cli {

[[nodiscard]] std::string chat_json(std::span<const text::chat_message> messages);

/// errc::format says where the text is no JSON, or which message is none.
[[nodiscard]] result<std::vector<text::chat_message>> parse_chat_json(std::string_view text);

[[nodiscard]] result<void> save_chat(const std::string& path,
                                     std::span<const text::chat_message> messages);
[[nodiscard]] result<std::vector<text::chat_message>> load_chat(const std::string& path);

}  // namespace qx::cli
