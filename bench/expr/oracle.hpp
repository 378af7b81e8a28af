// SPDX-License-Identifier: MIT
/// \file
/// The tasks by definition, in double.
#pragma once

#include "job.hpp"

namespace qx::bench {

/// Whether `j.out` holds the task's result. Rows and columns at the beginning, in the middle and at
/// the end are looked at.
[[nodiscard]] bool agrees(task what, const job& j);

/// The same for task::norm_matmuls, whose weights belong to qx (layer.cpp).
[[nodiscard]] bool norm_matmuls_agree(const job& j);

}  // namespace qx::bench
