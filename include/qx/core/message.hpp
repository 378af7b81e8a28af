// SPDX-License-Identifier: MIT
/// \file
/// Builds the sentences of errors from text and numbers (GCC 12 has no <format>).
#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>

namespace qx {
namespace detail {

inline void append(std::string& out, std::string_view text) { out += text; }
inline void append(std::string& out, char c) { out += c; }
inline void append(std::string& out, std::same_as<bool> auto value) { out += value ? "true" : "false"; }
template <class Number>
  requires(std::is_arithmetic_v<Number> && !std::same_as<Number, char> && !std::same_as<Number, bool>)
void append(std::string& out, Number value) {
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  out.append(buffer.data(), end);
}

}  // namespace detail

/// `message("axis '", name, "': extent ", 64)`: the parts, one after another.
template <class... Parts>
[[nodiscard]] std::string message(const Parts&... parts) {
  std::string out;
  (detail::append(out, parts), ...);
  return out;
}

}  // namespace qx
