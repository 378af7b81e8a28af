// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <src/text/ascii.hpp>
#include <src/text/template_lexer.hpp>
#include <src/text/template_node.hpp>

namespace qx::text {

namespace {

constexpr std::string_view white = " \t\n\r\f\v";

bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

class template_lexer {
 public:
  explicit template_lexer(std::string source) : source_(std::move(source)) {}

  std::vector<template_token> read() {
    while (at_ < source_.size()) {
      read_text();
      if (at_ < source_.size()) read_tag();
    }
    add(lexeme::end, "");
    return std::move(tokens_);
  }

 private:
  [[nodiscard]] bool follows(std::string_view what) const {
    return std::string_view(source_).substr(at_).starts_with(what);
  }

  void add(lexeme kind, std::string text) { tokens_.push_back({kind, std::move(text), line_}); }

  void advance(std::size_t to) {
    line_ += static_cast<std::size_t>(std::count(source_.begin() + static_cast<std::ptrdiff_t>(at_),
                                                 source_.begin() + static_cast<std::ptrdiff_t>(to),
                                                 '\n'));
    at_ = to;
  }

  [[nodiscard]] std::size_t next_tag() const {
    for (std::size_t at = source_.find('{', at_); at != std::string::npos;
         at = source_.find('{', at + 1)) {
      if (at + 1 < source_.size() && std::string_view("{%#").contains(source_[at + 1])) return at;
    }
    return source_.size();
  }

  /// The text up to the next tag, trimmed as that tag and the one before want it.
  void read_text() {
    const std::size_t tag = next_tag();
    std::size_t begin = at_, end = tag;
    if (trim_all_)
      begin = std::min(source_.find_first_not_of(white, begin), end);
    else if (trim_line_ && begin < end && source_[begin] == '\n')
      ++begin;
    if (tag < source_.size()) {
      const char mark = tag + 2 < source_.size() ? source_[tag + 2] : '\0';
      if (mark == '-') {
        while (end > begin && white.contains(source_[end - 1]))
          --end;
      } else if (mark != '+' && source_[tag + 1] != '{') {
        end = line_begin(begin, end);
      }
    }
    if (end > begin) add(lexeme::text, source_.substr(begin, end - begin));
    advance(tag);
  }

  /// Where the white space before a block begins, if nothing else stands before it on its line.
  [[nodiscard]] std::size_t line_begin(std::size_t begin, std::size_t end) const {
    std::size_t at = end;
    while (at > begin && (source_[at - 1] == ' ' || source_[at - 1] == '\t'))
      --at;
    const bool first_on_line = at == 0 || source_[at - 1] == '\n';
    return first_on_line ? at : end;
  }

  void read_tag() {
    const char kind = source_[at_ + 1];
    if (kind == '#') {
      const std::size_t end = source_.find("#}", at_ + 2);
      if (end == std::string::npos) template_fail(errc::format, line_, "a comment does not end");
      leave_tag(end, source_[end - 1] == '-' && end > at_ + 2, true);
      return;
    }
    add(kind == '{' ? lexeme::print_begin : lexeme::block_begin, "");
    const std::string_view closing = kind == '{' ? "}}" : "%}";
    const std::size_t opened = line_;
    at_ += 2;
    if (at_ < source_.size() && (source_[at_] == '-' || source_[at_] == '+')) ++at_;
    for (depth_ = 0;;) {
      advance(std::min(source_.find_first_not_of(white, at_), source_.size()));
      if (at_ == source_.size())
        template_fail(errc::format, opened, "what begins here is not closed with ", closing);
      if (closes(closing)) break;
      read_token();
    }
    add(kind == '{' ? lexeme::print_end : lexeme::block_end, "");
    const bool mark = source_[at_] == '-' || source_[at_] == '+';
    const bool trims = source_[at_] == '-', keeps = source_[at_] == '+';
    leave_tag(at_ + mark, trims, kind == '%' && !keeps);
    if (kind == '%' && is_raw()) read_raw();
  }

  [[nodiscard]] bool closes(std::string_view closing) const {
    if (depth_ > 0) return false;
    if (follows(closing)) return true;
    return (source_[at_] == '-' || source_[at_] == '+') &&
           std::string_view(source_).substr(at_ + 1).starts_with(closing);
  }

  void leave_tag(std::size_t closing, bool trim_all, bool trim_line) {
    advance(closing + 2);
    trim_all_ = trim_all;
    trim_line_ = trim_line;
  }

  [[nodiscard]] bool is_raw() const {
    const std::size_t n = tokens_.size();
    return n >= 3 && tokens_[n - 2].text == "raw" && tokens_[n - 2].kind == lexeme::name &&
           tokens_[n - 3].kind == lexeme::block_begin;
  }

  /// Everything up to endraw is text.
  void read_raw() {
    tokens_.resize(tokens_.size() - 3);
    for (std::size_t tag = at_;; ++tag) {
      tag = source_.find("{%", tag);
      if (tag == std::string::npos) template_fail(errc::format, line_, "raw has no endraw");
      std::size_t word = tag + 2;
      if (word < source_.size() && (source_[word] == '-' || source_[word] == '+')) ++word;
      word = source_.find_first_not_of(white, word);
      if (word == std::string::npos || source_.compare(word, 6, "endraw") != 0) continue;
      const std::size_t end = source_.find("%}", word);
      if (end == std::string::npos) template_fail(errc::format, line_, "endraw does not end");
      std::size_t begin = at_, last = tag;
      if (trim_all_) begin = std::min(source_.find_first_not_of(white, begin), last);
      if (source_[tag + 2] == '-') {
        while (last > begin && white.contains(source_[last - 1]))
          --last;
      }
      if (last > begin) add(lexeme::text, source_.substr(begin, last - begin));
      leave_tag(end, source_[end - 1] == '-', true);
      return;
    }
  }

  void read_token() {
    const char c = source_[at_];
    if (begins_name(c)) return read_name();
    if (is_ascii_digit(c)) return read_number();
    if (c == '\'' || c == '"') return read_string(c);
    constexpr std::array<std::string_view, 7> pairs{"==", "!=", "<=", ">=", "//", "**", "=="};
    for (const std::string_view pair : pairs) {
      if (!follows(pair)) continue;
      add(lexeme::sign, std::string(pair));
      at_ += 2;
      return;
    }
    if (!std::string_view("()[]{}.,:|+-*/%~<>=").contains(c))
      template_fail(errc::format, line_, "'", std::string(1, c), "' is no sign of the language");
    if (std::string_view("([{").contains(c)) ++depth_;
    if (std::string_view(")]}").contains(c) && depth_ > 0) --depth_;
    add(lexeme::sign, std::string(1, c));
    ++at_;
  }

  void read_name() {
    std::size_t end = at_;
    while (end < source_.size() && (begins_name(source_[end]) || is_ascii_digit(source_[end])))
      ++end;
    add(lexeme::name, source_.substr(at_, end - at_));
    at_ = end;
  }

  void read_number() {
    std::size_t end = at_;
    bool whole = true;
    while (end < source_.size() && (is_ascii_digit(source_[end]) || source_[end] == '_'))
      ++end;
    if (end + 1 < source_.size() && source_[end] == '.' && is_ascii_digit(source_[end + 1])) {
      whole = false;
      for (++end; end < source_.size() && is_ascii_digit(source_[end]);)
        ++end;
    }
    std::string digits = source_.substr(at_, end - at_);
    std::erase(digits, '_');
    add(whole ? lexeme::whole : lexeme::number, std::move(digits));
    at_ = end;
  }

  void read_string(char quote) {
    const std::size_t opened = line_;
    std::string out;
    std::size_t at = at_ + 1;
    for (; at < source_.size() && source_[at] != quote; ++at) {
      if (source_[at] == '\\' && at + 1 < source_.size())
        append_escape(out, source_[++at]);
      else
        out += source_[at];
    }
    if (at == source_.size()) template_fail(errc::format, opened, "a string does not end");
    add(lexeme::string, std::move(out));
    advance(at + 1);
  }

  static void append_escape(std::string& out, char c) {
    constexpr std::string_view names = "ntr\\'\"bfv0", meanings("\n\t\r\\'\"\b\f\v\0", 10);
    const std::size_t found = names.find(c);
    if (found != std::string_view::npos) {
      out += meanings[found];
    } else {
      out += '\\';
      out += c;
    }
  }

  std::string source_;
  std::vector<template_token> tokens_{};
  std::size_t at_ = 0, line_ = 1;
  std::size_t depth_ = 0;   // of brackets within a tag: }} may end two mappings
  bool trim_all_ = false;   // the tag before ended in -
  bool trim_line_ = false;  // the tag before drops a line break
};

}  // namespace

std::vector<template_token> read_template_tokens(std::string_view source) {
  std::string text;
  text.reserve(source.size());
  for (std::size_t i = 0; i < source.size(); ++i)
    if (source[i] != '\r' || i + 1 == source.size() || source[i + 1] != '\n') text += source[i];
  if (text.ends_with('\n')) text.pop_back();
  return template_lexer(std::move(text)).read();
}

}  // namespace qx::text
