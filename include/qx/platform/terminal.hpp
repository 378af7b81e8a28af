// SPDX-License-Identifier: MIT
/// \file
/// Whether someone watches: a stream that is a terminal may be drawn on.
#pragma once

#include <cstddef>

namespace qx::platform {

enum class stream { input, output, error };

[[nodiscard]] bool is_terminal(stream s);

/// Characters on a line of the terminal; 80 where the stream is none or does not tell.
[[nodiscard]] std::size_t terminal_columns(stream s);

}  // namespace qx::platform
