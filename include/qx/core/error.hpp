// SPDX-License-Identifier: MIT
/// \file
/// How failure is reported. Untrusted input (files, prompts, flags) gives `result<T>`; a shape
/// that only disagrees at run time throws `shape_error`. The library never prints, aborts or exits.
#pragma once

#include <qx/core/shape_error.hpp>

#include <expected>
#include <string>
#include <utility>

namespace qx {

/// What kind of thing went wrong; the sentence beside it says what, where and what would be right.
enum class errc {
  io,           ///< the operating system refused: open, read, map, write
  format,       ///< bytes that are not what their header claims
  unsupported,  ///< well-formed, but nothing here serves it
  missing,      ///< a key, tensor or token that must be there is not
  shape,        ///< a tensor of the wrong rank or extent
  range,        ///< a number outside the range that is allowed
  argument,     ///< a flag or parameter that makes no sense
  memory,       ///< more memory than there is
};

struct error {
  errc code;
  std::string message;  ///< one sentence without a final newline
};

template <class T>
using result = std::expected<T, error>;

/// `return fail(errc::format, "…")` from any function that returns a `result`.
[[nodiscard]] inline std::unexpected<error> fail(errc code, std::string message) {
  return std::unexpected(error{code, std::move(message)});
}

}  // namespace qx
