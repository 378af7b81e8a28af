// SPDX-License-Identifier: MIT
/// \file
/// Parts of JSON schemas that describe characters, as GBNF.
#pragma once

#include <qx/core/error.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace qx::text {

/// A GBNF literal of a text.
[[nodiscard]] std::string gbnf_literal(std::string_view text);

/// The decimal numbers from `least` to `most`, either of which may be missing; up to 18 digits.
[[nodiscard]] std::string gbnf_integers(std::optional<std::int64_t> least,
                                        std::optional<std::int64_t> most);

/// The JSON strings, without their quotation marks, that a regular expression matches: literals,
/// classes, \d \w \s, the full stop, groups, alternatives, repetitions, ^ at the beginning and $ at
/// the end. errc::unsupported names what else is in it.
[[nodiscard]] result<std::string> gbnf_pattern(std::string_view pattern);

}  // namespace qx::text
