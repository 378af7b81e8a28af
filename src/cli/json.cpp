// SPDX-License-Identifier: MIT
#include "json.hpp"
#include "utf8.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace qx::cli {

void json_writer::separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (depth_ == 0) return;
  if (!first_) out_ += ',';
  out_ += '\n';
  out_.append(2 * depth_, ' ');
  first_ = false;
}

void json_writer::open(char bracket) {
  separate();
  out_ += bracket;
  ++depth_;
  first_ = true;
}

void json_writer::close(char bracket) {
  --depth_;
  if (!first_) {
    out_ += '\n';
    out_.append(2 * depth_, ' ');
  }
  out_ += bracket;
  first_ = false;
}

void json_writer::raw(std::string_view text) {
  separate();
  out_ += text;
}

void json_writer::key(std::string_view name) {
  value(name);
  out_ += ": ";
  after_key_ = true;
}

void json_writer::value(std::string_view text) {
  separate();
  out_ += '"' + escaped(text, quoting::json) + '"';
}

namespace {

template <class T>
std::string digits_of(T number) {
  if (!std::isfinite(number)) return "null";
  std::array<char, 64> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  return {digits.data(), end};
}

}  // namespace

void json_writer::value(double number) { raw(digits_of(number)); }
void json_writer::value(float number) { raw(digits_of(number)); }

}  // namespace qx::cli
