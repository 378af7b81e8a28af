// SPDX-License-Identifier: MIT
/// \file
/// What a command of the program is. Each command is one file that defines one of these.
#pragma once

#include "options.hpp"

#include <qx/core/error.hpp>
#include <qx/kernel/table.hpp>

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>

namespace qx::cli {

/// What every command takes.
struct settings {
  const kernel::table* kernels = nullptr;  ///< chosen by --arch, QX_ARCH or the machine
  std::size_t threads = 0;                 ///< at least 1
  bool pin = false;                        ///< each thread stays on a processor of its own
};

/// What is done once the command line is understood.
using action = std::function<result<void>(const settings&)>;

struct command {
  std::string_view name;
  std::string_view summary;      ///< one line for the list of commands
  std::string_view arguments;    ///< of the usage line: "IN OUT TYPE"
  std::string_view explanation;  ///< what --help says before the options
  std::string_view examples;     ///< "$ command" lines, each after a line of words, or ""
  action (*declare)(options&);   ///< names the options and says what will be done with them
};

extern const command generate_command, chat_command, perplexity_command, logits_command,
    tokenize_command, detokenize_command, inspect_command, quantize_command, sample_command,
    pack_command, bench_command, synth_command, arch_command;

}  // namespace qx::cli
