// SPDX-License-Identifier: MIT
/// \file
/// A conversation as the text that a model was trained to go on from.
#pragma once

#include <qx/core/error.hpp>
#include <qx/gguf/reader.hpp>
#include <qx/text/template.hpp>
#include <qx/text/tokenizer.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qx::text {

struct chat_message {
  std::string role;  ///< "system", "user" or "assistant"
  std::string content;
};

struct chat_context {
  std::string bos, eos;               ///< what bos_token and eos_token say
  bool add_generation_prompt = true;  ///< the text ends where the next answer begins
  template_map more{};                ///< other variables: "enable_thinking", …
  std::time_t now = std::time(nullptr);
};

class chat_template {
 public:
  /// A template of a file, or one that a user wrote. Errors: those of `text_template::parse`.
  [[nodiscard]] static result<chat_template> parse(std::string_view source, std::string name);

  /// One of `names()`; errc::argument for another name lists them.
  [[nodiscard]] static result<chat_template> built_in(std::string_view name);
  [[nodiscard]] static std::vector<std::string_view> names();

  /// The text of a conversation, in which the contents of the messages are marked as not the
  /// template's own: `encode` takes no names of control tokens from them. Errors: those of `text_template::render`; a template may refuse
  /// roles or their order.
  [[nodiscard]] result<marked_text> render(std::span<const chat_message> messages,
                                           const chat_context& context) const;

  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  chat_template(text_template made, std::string name)
      : template_(std::move(made)), name_(std::move(name)) {}

  text_template template_;
  std::string name_;
};

/// The template of a file: `tokenizer.chat_template`; where that is missing the built-in one whose
/// turns the vocabulary has tokens for; else "plain". Errors: `format` for a key of another kind,
/// and what parsing says, with the file's name.
[[nodiscard]] result<chat_template> load_chat_template(const gguf::file& file,
                                                       const tokenizer& words);

/// BOS and EOS as the vocabulary spells them.
[[nodiscard]] chat_context chat_context_of(const tokenizer& words);

}  // namespace qx::text
