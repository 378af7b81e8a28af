// SPDX-License-Identifier: MIT
/// \file
/// Two JSON schemas as one that allows what both allow.
#pragma once

#include "json_value.hpp"

#include <string_view>

namespace qx::text {

/// Whether a keyword says something about a schema without restricting any value.
[[nodiscard]] bool is_annotation(std::string_view keyword);

/// A schema without a keyword and without annotations.
[[nodiscard]] json_value without(const json_value& schema, std::string_view keyword);

/// false where no value fits both. errc::unsupported names a keyword of which only one can be kept.
[[nodiscard]] result<json_value> both_of(const json_value& a, const json_value& b);

}  // namespace qx::text
