// SPDX-License-Identifier: MIT
/// \file
/// Numbers of JSON between two limits, as GBNF: decimals compared digit by digit, so that nothing
/// is rounded.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace qx::text {

/// The value of a JSON number, without zeros that say nothing.
struct decimal {
  bool negative = false;
  std::string whole = "0";  ///< digits before the point
  std::string fraction;     ///< digits behind it

  friend std::strong_ordering operator<=>(const decimal& a, const decimal& b);
  friend bool operator==(const decimal& a, const decimal& b) { return a <=> b == 0; }
};

/// Nothing where more than 18 digits are before the point or behind it.
[[nodiscard]] std::optional<decimal> parse_decimal(std::string_view json_number);

struct number_limit {
  decimal at;
  bool open = false;  ///< the limit itself is outside
};
struct number_range {
  std::optional<number_limit> least, most;
};

/// The whole numbers in a range, of up to 18 digits; nothing where there are none.
[[nodiscard]] std::optional<std::string> gbnf_integers(const number_range& range);

/// The decimal numbers in a range, of up to 18 digits before the point and as many behind it as the
/// limits have and 16 more; nothing where there are none.
[[nodiscard]] std::optional<std::string> gbnf_numbers(const number_range& range);

}  // namespace qx::text
