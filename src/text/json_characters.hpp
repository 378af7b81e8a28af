// SPDX-License-Identifier: MIT
/// \file
/// Characters inside JSON strings, as GBNF.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qx::text {

/// A GBNF literal of a text.
[[nodiscard]] std::string gbnf_literal(std::string_view text);

/// First and last code points of ranges.
using char_ranges = std::vector<std::pair<char32_t, char32_t>>;

/// All code points that are in none of the ranges.
[[nodiscard]] char_ranges all_but(char_ranges ranges);

/// One character of these as it is written inside a JSON string: as itself, or as an escape where
/// JSON asks for one.
[[nodiscard]] std::string gbnf_characters(char_ranges wanted);

}  // namespace qx::text
