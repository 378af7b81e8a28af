// SPDX-License-Identifier: MIT
/// \file
/// What is thrown where shapes disagree at run time.
#pragma once

#include <stdexcept>

namespace qx {

/// Two dynamic extents of one axis disagree, or a view does not fit its memory.
struct shape_error : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

/// Throws `shape_error`. Code that is compiled once per arch throws through this, so that nothing
/// of the exception is compiled with special flags.
[[noreturn]] void throw_shape_error(const char* sentence);

}  // namespace qx
