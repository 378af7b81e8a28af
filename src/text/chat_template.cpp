// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>
#include <qx/text/chat_template.hpp>

#include <algorithm>
#include <src/text/chat_tables.hpp>
#include <utility>

namespace qx::text {

namespace {

constexpr std::string_view file_key = "tokenizer.chat_template";

bool has_tokens(const tokenizer& words, std::string_view names) {
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(' '), names.size());
    if (words.find(names.substr(0, end)) == no_token) return false;
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return true;
}

}  // namespace

result<chat_template> chat_template::parse(std::string_view source, std::string name) {
  auto made = text_template::parse(source);
  if (!made) return std::unexpected(made.error());
  return chat_template(std::move(*made), std::move(name));
}

result<chat_template> chat_template::built_in(std::string_view name) {
  for (const built_in_chat& chat : built_in_chats())
    if (chat.name == name) return parse(chat.source, std::string(name));
  std::string list;
  for (const std::string_view known : names())
    list += message(list.empty() ? "" : ", ", known);
  return fail(errc::argument, message("there is no chat template '", name, "'; known are ", list));
}

std::vector<std::string_view> chat_template::names() {
  std::vector<std::string_view> out;
  for (const built_in_chat& chat : built_in_chats())
    out.push_back(chat.name);
  return out;
}

result<marked_text> chat_template::render(std::span<const chat_message> messages,
                                          const chat_context& context) const {
  template_list list;
  for (const chat_message& m : messages)
    list.push_back(template_map{{"role", m.role}, {"content", marked_text(m.content, true)}});
  // Templates ask whether there are tools or documents; some only whether they are none.
  template_map variables{
      {"messages", std::move(list)},     {"bos_token", context.bos},
      {"eos_token", context.eos},        {"add_generation_prompt", context.add_generation_prompt},
      {"tools", template_value::none{}}, {"documents", template_value::none{}}};
  for (const auto& more : context.more)
    variables.push_back(more);
  auto text = template_.render(variables, {}, context.now);
  if (!text)
    return fail(text.error().code, message("chat template ", name_, ": ", text.error().message));
  return text;
}

result<chat_template> load_chat_template(const gguf::file& file, const tokenizer& words) {
  if (file.find(file_key) != nullptr) {
    const auto source = file.get<std::string>(file_key);
    if (!source) return std::unexpected(source.error());
    auto made = chat_template::parse(*source, "of the file");
    if (made) return made;
    return fail(made.error().code,
                message(file.source(), ": ", file_key, ": ", made.error().message));
  }
  for (const built_in_chat& chat : built_in_chats())
    if (!chat.tokens.empty() && has_tokens(words, chat.tokens))
      return chat_template::built_in(chat.name);
  return chat_template::built_in("plain");
}

chat_context chat_context_of(const tokenizer& words) {
  return {.bos = std::string(words.piece(words.bos())),
          .eos = std::string(words.piece(words.eos()))};
}

}  // namespace qx::text
