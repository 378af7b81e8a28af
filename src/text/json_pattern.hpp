// SPDX-License-Identifier: MIT
/// \file
/// Regular expressions of JSON schemas, as GBNF.
#pragma once

#include <qx/core/error.hpp>

#include <string>
#include <string_view>

namespace qx::text {

/// The JSON strings, without their quotation marks, that a regular expression matches: literals,
/// classes, \d \w \s and their opposites, the full stop, groups, alternatives, repetitions, ^ and $
/// at the ends of the alternatives. errc::unsupported names what else is in it.
[[nodiscard]] result<std::string> gbnf_pattern(std::string_view pattern);

}  // namespace qx::text
