// SPDX-License-Identifier: MIT
/// \file
/// What `--help` says, in the forms that shells and `man` read.
#pragma once

#include "command.hpp"

#include <span>
#include <string>
#include <vector>

namespace qx::cli {

struct command_reference {
  const command* what;
  std::vector<spec> options;
};

/// A man page (roff), section 1.
[[nodiscard]] std::string man_page(std::span<const command_reference> commands);
/// Completion of commands, options and file names, for `source` or an installed file.
[[nodiscard]] std::string bash_completion(std::span<const command_reference> commands);
[[nodiscard]] std::string zsh_completion(std::span<const command_reference> commands);

}  // namespace qx::cli
