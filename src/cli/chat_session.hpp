// SPDX-License-Identifier: MIT
/// \file
/// A conversation with a model: what was said, as messages and as the tokens that the model holds.
#pragma once

#include <qx/core/error.hpp>
#include <qx/run/generate.hpp>
#include <qx/run/sampler.hpp>
#include <qx/text/chat_template.hpp>
#include <qx/text/token_masks.hpp>
#include <qx/text/tokenizer.hpp>

#include <cstddef>
#include <functional>
#include <models/known.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qx::cli {

/// What `chat_session` works with; all of it outlives the session.
struct chat_parts {
  any_model& model;
  const text::tokenizer& words;
  const text::chat_template& style;
  sampler& draws;
  text::token_masks* grammar = nullptr;  ///< that each answer follows from its beginning, if any
};

class chat_session {
 public:
  chat_session(chat_parts parts, std::string system, std::size_t most_tokens)
      : parts_(parts), context_(text::chat_context_of(parts.words)), system_(std::move(system)),
        most_tokens_(most_tokens) {}

  /// Gets each piece of an answer as it comes, and says whether to go on.
  using listener = std::function<bool(std::string_view piece)>;

  /// Says `question` and gives the answer to `hear`. The model is given only the tokens that it
  /// does not hold yet. errc::range where the conversation does not fit the context; the question
  /// is then taken back. An answer that was stopped stays in the conversation.
  [[nodiscard]] result<generate_stats> ask(const std::string& question, const listener& hear);

  /// Forgets what was said, but not the system message.
  void reset() { messages_.clear(); }
  void set_system(std::string text) { system_ = std::move(text); }

  [[nodiscard]] const std::string& system() const { return system_; }
  /// With the system message first, where there is one.
  [[nodiscard]] std::vector<text::chat_message> messages() const;
  void set_messages(std::vector<text::chat_message> messages);

  [[nodiscard]] std::size_t held_tokens() const { return parts_.model.length(0); }
  [[nodiscard]] std::size_t context() const { return parts_.model.limits().context; }

 private:
  [[nodiscard]] std::vector<token_id> tokens_of(const text::marked_text& text) const;
  [[nodiscard]] result<std::size_t> rewind(const std::vector<token_id>& tokens);
  void hear_again(std::span<const token_id> held);

  chat_parts parts_;
  text::chat_context context_;
  std::string system_;
  std::size_t most_tokens_;
  std::vector<text::chat_message> messages_{};  // without the system's
  std::vector<token_id> tokens_{};              // said so far; the model holds the first of them
  std::string text_{};                          // of these tokens
};

}  // namespace qx::cli
