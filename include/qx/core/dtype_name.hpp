// SPDX-License-Identifier: MIT
/// \file
/// An element type by its name.
#pragma once

#include <qx/core/dtype.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace qx {

/// Case is ignored: "Q4_0" and "q4_0" are the same type.
[[nodiscard]] constexpr std::optional<dtype> dtype_from_name(std::string_view text) {
  constexpr auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  };
  for (std::size_t i = 0; i < dtype_count; ++i) {
    const std::string_view candidate = dtype_table[i].name;
    bool same = candidate.size() == text.size();
    for (std::size_t c = 0; same && c < text.size(); ++c)
      same = candidate[c] == lower(text[c]);
    if (same) return static_cast<dtype>(i);
  }
  return std::nullopt;
}

}  // namespace qx
