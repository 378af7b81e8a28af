// SPDX-License-Identifier: MIT
/// \file
/// Rows in order. Compiled once: sorting is comparing and moving, which wider registers do not
/// help. NaN comes after every number, whichever way the order runs; equal elements keep theirs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace qx {

/// Which end of the order comes first.
enum class direction : bool { ascending, descending };

/// Sorts in place.
void sort_row(std::span<float> row, direction way);
void sort_row(std::span<double> row, direction way);
void sort_row(std::span<std::int32_t> row, direction way);

/// Fills `first` with the positions of the elements that come first, in order. As many as `first`
/// has room for, at most as many as `row` has.
void order_row(std::span<const float> row, std::span<std::int32_t> first, direction way);
void order_row(std::span<const double> row, std::span<std::int32_t> first, direction way);
void order_row(std::span<const std::int32_t> row, std::span<std::int32_t> first, direction way);

}  // namespace qx
