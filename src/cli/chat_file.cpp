// SPDX-License-Identifier: MIT
#include "chat_file.hpp"
#include "json.hpp"

#include <qx/core/message.hpp>
#include <qx/platform/mapped_file.hpp>
#include <qx/platform/output_file.hpp>

#include <charconv>
#include <optional>

namespace qx::cli {
namespace {

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
    return;
  }
  const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  constexpr unsigned char leads[] = {0, 0xC0, 0xE0, 0xF0};
  out += static_cast<char>(leads[more] | code >> (6 * more));
  for (int i = more - 1; i >= 0; --i)
    out += static_cast<char>(0x80 | (code >> (6 * i) & 63));
}

/// Reads exactly the shape that is written; the first thing that is wrong ends it.
class chat_reader {
 public:
  explicit chat_reader(std::string_view text) : text_(text) {}

  result<std::vector<text::chat_message>> read() {
    std::vector<text::chat_message> out;
    bool good = take('[');
    if (good && !take(']')) {
      do
        good = read_message(out);
      while (good && take(','));
      good = good && take(']');
    }
    skip();
    if (good && at_ == text_.size()) return out;
    return fail(errc::format, message("byte ", at_,
                                      ": a list of messages looks like "
                                      "[{\"role\": \"user\", \"content\": \"Hi\"}, …]"));
  }

 private:
  void skip() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }
  bool take(char c) {
    skip();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool read_message(std::vector<text::chat_message>& out) {
    text::chat_message one;
    if (!take('{')) return false;
    do {
      std::string key, value;
      if (!read_string(key) || !take(':') || !read_string(value)) return false;
      if (key == "role") one.role = value;
      if (key == "content") one.content = value;
    } while (take(','));
    out.push_back(std::move(one));
    return take('}') && !out.back().role.empty();
  }

  bool read_string(std::string& out) {
    if (!take('"')) return false;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') return true;
      if (c != '\\')
        out += c;
      else if (!read_escape(out))
        return false;
    }
    return false;
  }

  bool read_escape(std::string& out) {
    constexpr std::string_view names = "\"\\/nrtbf", meanings = "\"\\/\n\r\t\b\f";
    if (at_ == text_.size()) return false;
    const char c = text_[at_++];
    if (c != 'u') {
      const std::size_t found = names.find(c);
      if (found != std::string_view::npos) out += meanings[found];
      return found != std::string_view::npos;
    }
    auto code = read_unit();
    if (code && *code >= 0xD800 && *code < 0xDC00 && text_.substr(at_).starts_with("\\u")) {
      at_ += 2;
      const auto low = read_unit();
      if (!low || *low < 0xDC00 || *low > 0xDFFF) return false;
      code = 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00);
    }
    if (!code) return false;
    append_utf8(out, *code);
    return true;
  }

  std::optional<std::uint32_t> read_unit() {
    std::uint32_t unit = 0;
    const std::string_view digits = text_.substr(at_, 4);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
    if (digits.size() != 4 || read.ptr != digits.data() + 4) return std::nullopt;
    at_ += 4;
    return unit;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

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
  return chat_reader(text).read();
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
