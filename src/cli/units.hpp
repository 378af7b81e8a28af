// SPDX-License-Identifier: MIT
/// \file
/// Numbers as people read them.
#pragma once

#include <cstddef>
#include <string>

namespace qx::cli {

/// With `digits` digits behind the point.
[[nodiscard]] std::string fixed(double value, int digits);
/// Three digits, more only where the number is larger: 0.53, 12.4, 1280.
[[nodiscard]] std::string short_number(double value);

/// "412 B", "1.25 MB": powers of 1000.
[[nodiscard]] std::string bytes_text(std::size_t bytes);
/// "260 K", "1.10 B".
[[nodiscard]] std::string count_text(std::size_t count);
/// "0.84 ms", "3.21 s".
[[nodiscard]] std::string time_text(double seconds);
/// "32000" → "32,000".
[[nodiscard]] std::string grouped(std::size_t number);

}  // namespace qx::cli
