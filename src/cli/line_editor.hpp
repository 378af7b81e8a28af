// SPDX-License-Identifier: MIT
/// \file
/// Lines that a person types, with editing and a history where the terminal and the build have it.
#pragma once

#include <optional>
#include <string>

namespace qx::cli {

enum class typed {
  line,
  interrupted,  ///< Ctrl-C: what was typed so far is dropped
  end,          ///< Ctrl-D, or the end of a file or pipe
};

/// Reads standard input. While it reads, Ctrl-C does not end the program.
class line_editor {
 public:
  line_editor();
  ~line_editor();
  line_editor(const line_editor&) = delete;
  line_editor& operator=(const line_editor&) = delete;

  /// Shows `prompt` where someone watches, and reads a line without its end into `line`.
  [[nodiscard]] typed read(const std::string& prompt, std::string& line);

  /// Whether a person types, rather than a file or a program.
  [[nodiscard]] bool watched() const { return watched_; }

 private:
  bool watched_;
};

}  // namespace qx::cli
