// SPDX-License-Identifier: MIT
#include "json_value.hpp"

#include <qx/core/message.hpp>
#include <qx/text/unicode.hpp>

#include <algorithm>

namespace qx::text {
namespace {

constexpr std::size_t deepest_value = 200;

void append_utf8(std::string& out, std::uint32_t code) {
  const auto byte = [&](std::uint32_t b) { out += static_cast<char>(b); };
  if (code < 0x80) return byte(code);
  if (code < 0x800) {
    byte(0xC0 | code >> 6);
  } else {
    if (code < 0x10000) {
      byte(0xE0 | code >> 12);
    } else {
      byte(0xF0 | code >> 18);
      byte(0x80 | (code >> 12 & 0x3F));
    }
    byte(0x80 | (code >> 6 & 0x3F));
  }
  byte(0x80 | (code & 0x3F));
}

class json_parser {
 public:
  explicit json_parser(std::string_view text) : text_(text) {}

  result<json_value> parse() {
    auto value = parse_value(0);
    if (!value) return value;
    skip();
    if (at_ < text_.size()) return wrong("something follows the value");
    return value;
  }

 private:
  [[nodiscard]] std::unexpected<error> wrong(std::string_view sentence) const {
    const std::string_view before = text_.substr(0, std::min(at_, text_.size()));
    return fail(errc::format,
                message("the JSON, line ", 1 + std::ranges::count(before, '\n'), " column ",
                        before.size() - (before.rfind('\n') + 1) + 1, ": ", sentence));
  }
  void skip() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }
  bool take(std::string_view sign) {
    if (!text_.substr(at_).starts_with(sign)) return false;
    at_ += sign.size();
    return true;
  }

  result<json_value> parse_value(std::size_t depth) {
    if (depth > deepest_value) return wrong("values are nested too deep");
    skip();
    const std::size_t begin = at_;
    auto value = parse_any(depth);
    if (value) value->place = begin;
    return value;
  }

  result<json_value> parse_any(std::size_t depth) {
    json_value v;
    if (take("null")) return v;
    if (take("true") || take("false")) {
      v.what = json_value::type::boolean;
      v.truth = text_[at_ - 2] == 'u';  // "true" or "false": u or s
      return v;
    }
    if (take("[")) return parse_array(depth);
    if (take("{")) return parse_object(depth);
    if (text_.substr(at_).starts_with('"')) {
      auto text = parse_string();
      if (!text) return std::unexpected(std::move(text).error());
      v.what = json_value::type::string;
      v.text = std::move(*text);
      return v;
    }
    return parse_number();
  }

  result<json_value> parse_number() {
    const std::size_t begin = at_;
    const auto digits = [&] {
      const std::size_t from = at_;
      at_ = std::min(text_.find_first_not_of("0123456789", at_), text_.size());
      return at_ > from;
    };
    take("-");
    bool sound = take("0") || digits();
    if (sound && take(".")) sound = digits();
    if (sound && (take("e") || take("E"))) {
      if (!take("+")) take("-");
      sound = digits();
    }
    if (!sound) {
      at_ = begin;
      return wrong(at_ < text_.size() ? "this is no JSON value" : "the text ends too early");
    }
    json_value v;
    v.what = json_value::type::number;
    v.text = std::string(text_.substr(begin, at_ - begin));
    return v;
  }

  result<json_value> parse_array(std::size_t depth) {
    json_value v;
    v.what = json_value::type::array;
    skip();
    if (take("]")) return v;
    while (true) {
      auto item = parse_value(depth + 1);
      if (!item) return item;
      v.items.push_back(std::move(*item));
      skip();
      if (take("]")) return v;
      if (!take(",")) return wrong("',' or ']' is missing");
    }
  }

  result<json_value> parse_object(std::size_t depth) {
    json_value v;
    v.what = json_value::type::object;
    skip();
    if (take("}")) return v;
    while (true) {
      skip();
      if (!text_.substr(at_).starts_with('"')) return wrong("a name in quotation marks is missing");
      auto name = parse_string();
      if (!name) return std::unexpected(std::move(name).error());
      skip();
      if (!take(":")) return wrong("':' is missing");
      auto member = parse_value(depth + 1);
      if (!member) return member;
      member->name = std::move(*name);
      v.members.push_back(std::move(*member));
      skip();
      if (take("}")) return v;
      if (!take(",")) return wrong("',' or '}' is missing");
    }
  }

  result<std::string> parse_string() {
    std::string out;
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return out;
      }
      if (static_cast<unsigned char>(c) < 0x20) return wrong("a control character in a string");
      const utf8_step step = read_utf8(text_, at_);
      if (!step.valid) return wrong("bytes that are not UTF-8");
      if (c != '\\') {
        out += text_.substr(at_, step.length);
        at_ += step.length - 1;
      } else if (auto escaped = parse_escape(out); !escaped) {
        return std::unexpected(std::move(escaped).error());
      }
    }
    return wrong("a string is not closed");
  }

  /// Leaves `at_` on the last character of the escape.
  result<void> parse_escape(std::string& out) {
    constexpr std::string_view signs = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
    const char c = ++at_ < text_.size() ? text_[at_] : '\0';
    if (const std::size_t i = signs.find(c); c != '\0' && i != std::string_view::npos) {
      out += meanings[i];
      return {};
    }
    std::uint32_t code = 0;
    if (c != 'u' || !parse_hex(code)) return wrong("there is no such escape");
    const bool high = code >= 0xD800 && code < 0xDC00;
    if (std::uint32_t low = 0; high && text_.substr(at_ + 1).starts_with("\\u")) {
      at_ += 2;
      if (!parse_hex(low) || low < 0xDC00 || low > 0xDFFF) return wrong("half of a surrogate pair");
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    if (code >= 0xD800 && code < 0xE000) return wrong("half of a surrogate pair");
    append_utf8(out, code);
    return {};
  }

  bool parse_hex(std::uint32_t& code) {
    for (int i = 0; i < 4; ++i) {
      constexpr std::string_view digits = "0123456789abcdefABCDEF";
      const char c = ++at_ < text_.size() ? text_[at_] : 'x';
      const std::size_t digit = digits.find(c);
      if (digit == std::string_view::npos) return false;
      code = code << 4 | static_cast<std::uint32_t>(digit < 16 ? digit : digit - 6);
    }
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

const json_value* json_value::find(std::string_view wanted) const {
  for (const json_value& member : members)
    if (member.name == wanted) return &member;
  return nullptr;
}

result<json_value> parse_json(std::string_view text) { return json_parser(text).parse(); }

std::string json_quoted(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (byte < 0x20)
      (out += "\\u00") += {digits[byte >> 4], digits[byte & 15]};
    else
      out += c;
  }
  return out + '"';
}

std::string json_text(const json_value& v) {
  using enum json_value::type;
  std::string out;
  switch (v.what) {
  case null:
    return "null";
  case boolean:
    return v.truth ? "true" : "false";
  case number:
    return v.text;
  case string:
    return json_quoted(v.text);
  case array:
    for (const json_value& item : v.items)
      (out += out.empty() ? "" : ",") += json_text(item);
    return '[' + out + ']';
  case object:
    for (const json_value& member : v.members)
      (out += out.empty() ? "" : ",") += json_quoted(member.name) + ':' + json_text(member);
    return '{' + out + '}';
  }
  return out;
}

}  // namespace qx::text
