// SPDX-License-Identifier: MIT
/// \file
/// Whether weights are numbers: a scale that is infinite or not a number makes whatever is multiplied
/// with it worthless, and an element that is makes the others of its block so.
#pragma once

#include <qx/core/dtype.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace qx::quant {

/// Whether every number in `blocks` (whole blocks of a weight type, any alignment) is finite: the
/// scales, bases and lowest values of block formats, every element of f32, f16 and bf16.
[[nodiscard]] bool all_finite(dtype type, std::span<const std::byte> blocks);

/// The place of the first number that a weight of that type cannot hold: NaN, infinite or too large.
[[nodiscard]] std::optional<std::size_t> first_unfit(dtype type, std::span<const float> numbers);

/// What is wrong with such a number: "NaN", "-infinity", "70000, beyond what q8_0 can hold".
[[nodiscard]] std::string complaint_of_unfit(dtype type, float number);

}  // namespace qx::quant
