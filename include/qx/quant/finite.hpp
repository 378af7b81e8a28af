// SPDX-License-Identifier: MIT
/// \file
/// Whether stored weights are numbers: a scale that is infinite or not a number makes whatever is
/// multiplied with it worthless.
#pragma once

#include <qx/core/dtype.hpp>

#include <cstddef>
#include <span>

namespace qx::quant {

/// Whether every number in `blocks` (whole blocks of a weight type, any alignment) is finite: the
/// scales, bases and lowest values of block formats, every element of f32, f16 and bf16.
[[nodiscard]] bool all_finite(dtype type, std::span<const std::byte> blocks);

}  // namespace qx::quant
