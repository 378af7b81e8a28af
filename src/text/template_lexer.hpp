// SPDX-License-Identifier: MIT
/// \file
/// The source of a template as tokens: text, and what stands within {{ }} and {% %}.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace qx::text {

enum class lexeme : std::uint8_t {
  text,
  print_begin,  // {{
  print_end,    // }}
  block_begin,  // {%
  block_end,    // %}
  name,
  string,  // without quotes, escapes resolved
  whole,
  number,
  sign,  // an operator or a bracket
  end,
};

struct template_token {
  lexeme kind;
  std::string text;
  std::size_t line;  // from 1
};

/// All tokens, the last one of the kind `end`. Comments are gone and white space is trimmed as the
/// marks - and + and the position of blocks want it. Throws template_error.
[[nodiscard]] std::vector<template_token> read_template_tokens(std::string_view source);

}  // namespace qx::text
