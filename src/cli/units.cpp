// SPDX-License-Identifier: MIT
#include "units.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace qx::cli {
namespace {

std::string scaled(double value, const std::array<std::string_view, 5>& units) {
  std::size_t unit = 0;
  // 999.5 would be shown as 1000.
  while (value >= 999.5 && unit + 1 < units.size()) {
    value /= 1000.0;
    ++unit;
  }
  const std::string digits = unit == 0 ? fixed(value, 0) : short_number(value);
  return units[unit].empty() ? digits : digits + ' ' + std::string(units[unit]);
}

}  // namespace

std::string fixed(double value, int digits) {
  std::array<char, 64> text{};
  const auto [end, problem] = std::to_chars(text.data(), text.data() + text.size(), value,
                                            std::chars_format::fixed, digits);
  return problem == std::errc() ? std::string(text.data(), end) : std::string("?");
}

std::string short_number(double value) {
  const double size = std::abs(value);
  return fixed(value, size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
}

std::string bytes_text(std::size_t bytes) {
  return scaled(static_cast<double>(bytes), {"B", "KB", "MB", "GB", "TB"});
}

std::string count_text(std::size_t count) {
  return scaled(static_cast<double>(count), {"", "K", "M", "B", "T"});
}

std::string time_text(double seconds) {
  if (seconds < 1.0) return short_number(seconds * 1e3) + " ms";
  return short_number(seconds) + " s";
}

std::string grouped(std::size_t number) {
  std::string out = std::to_string(number);
  for (std::size_t at = out.size(); at > 3;)
    out.insert(at -= 3, 1, ',');
  return out;
}

}  // namespace qx::cli
