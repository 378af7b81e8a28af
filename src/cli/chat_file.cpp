// SPDX-License-Identifier: MIT
#include "chat_file.hpp"
#include "json.hpp"

#include <qx/core/message.hpp>
#include <qx/platform/mapped_file.hpp>
#include <qx/platform/output_file.hpp>

#include <algorithm>
#include <src/text/json_value.hpp>
#include <utility>

namespace qx::cli {
namespace {

using json = text::json_value::type;

/// A role is a word of the template's language: templates put it between their own signs, where it
/// must not become another one.
bool is_role(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
}

result<text::chat_message> message_of(const text::json_value& value) {
  const auto *role = value.find("role"), *content = value.find("content");
  if (role == nullptr || content == nullptr || !role->is(json::string) ||
      !content->is(json::string) || !is_role(role->text))
    return fail(errc::format, "a list of messages looks like "
                              "[{\"role\": \"user\", \"content\": \"Hi\"}, …]");
  return text::chat_message{role->text, content->text};
}

}  // namespace

std::string chat_json(std::span<const text::chat_message> messages) {
  json_writer json;
  json.open_array();
  for (const text::chat_message& m : messages) {
    json.open_object();
    json.key("role");
    json.value(m.role);
    json.key("content");
    json.value(m.content);
    json.close_object();
  }
  json.close_array();
  return json.text() + "\n";
}

result<std::vector<text::chat_message>> parse_chat_json(std::string_view text) {
  const auto list = text::parse_json(text);
  if (!list) return std::unexpected(list.error());
  std::vector<text::chat_message> out;
  if (!list->is(json::array)) return std::unexpected(message_of({}).error());
  for (const text::json_value& value : list->items) {
    auto one = message_of(value);
    if (!one)
      return fail(one.error().code, message("message ", out.size() + 1, ": ", one.error().message));
    out.push_back(std::move(*one));
  }
  return out;
}

result<void> save_chat(const std::string& path, std::span<const text::chat_message> messages) {
  auto out = platform::output_file::create(path);
  if (!out) return std::unexpected(out.error());
  const std::string text = chat_json(messages);
  if (auto written = out->write(std::as_bytes(std::span(text))); !written) return written;
  return out->commit();
}

result<std::vector<text::chat_message>> load_chat(const std::string& path) {
  const auto file = platform::mapped_file::open(path);
  if (!file) return std::unexpected(file.error());
  const auto bytes = file->bytes();
  auto read = parse_chat_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (!read) return fail(read.error().code, message(path, ": ", read.error().message));
  return read;
}

}  // namespace qx::cli
