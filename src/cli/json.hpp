// SPDX-License-Identifier: MIT
/// \file
/// Writes JSON: enough for what the program says, and half a minute of compiling less than a
/// library that reads it too.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace qx::cli {

/// Values one after another; keys inside objects. Indented by two spaces.
class json_writer {
 public:
  void open_object() { open('{'); }
  void close_object() { close('}'); }
  void open_array() { open('['); }
  void close_array() { close(']'); }
  void key(std::string_view name);

  void value(std::string_view text);
  void value(const char* text) { value(std::string_view(text)); }
  void value(std::same_as<bool> auto truth) { raw(truth ? "true" : "false"); }
  void value(std::signed_integral auto number) {
    raw(std::to_string(static_cast<std::int64_t>(number)));
  }
  template <std::unsigned_integral T>
    requires(!std::same_as<T, bool>)
  void value(T number) {
    raw(std::to_string(static_cast<std::uint64_t>(number)));
  }
  /// As few digits as say it exactly; a number that JSON does not have (infinite, none) is null.
  void value(double number);
  void value(float number);

  template <class T>
  void member(std::string_view name, const T& content) {
    key(name);
    value(content);
  }

  /// An array of two numbers on one line.
  template <class A, class B>
  void row(A a, B b) {
    json_writer one;
    one.value(a);
    one.out_ += ", ";
    one.value(b);
    raw('[' + one.out_ + ']');
  }

  [[nodiscard]] const std::string& text() const { return out_; }

 private:
  void open(char bracket);
  void close(char bracket);
  void raw(std::string_view text);
  void separate();

  std::string out_;
  std::size_t depth_ = 0;
  bool first_ = true;  // nothing yet in the innermost object or array
  bool after_key_ = false;
};

}  // namespace qx::cli
