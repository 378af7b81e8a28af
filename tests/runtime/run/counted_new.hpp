// SPDX-License-Identifier: MIT
/// \file
/// Counts what this program allocates: `counted_new.cpp` replaces operator new.
#pragma once

#include <cstddef>

namespace qx::test {

/// Calls of operator new since the program began, from any thread.
[[nodiscard]] std::size_t allocations();

}  // namespace qx::test
