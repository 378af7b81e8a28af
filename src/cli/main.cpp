// SPDX-License-Identifier: MIT
/// \file
/// The program qx: finds the command, reads its options, runs it. Exit codes: 0 done, 1 it could
/// not be done, 2 the command line makes no sense.
#include "arch.hpp"
#include "command.hpp"
#include "reference.hpp"

#include <qx/core/message.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <deque>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qx::cli {
namespace {

constexpr std::array all_commands{&generate_command,   &chat_command,     &inspect_command,
                                  &quantize_command,   &tokenize_command, &detokenize_command,
                                  &perplexity_command, &logits_command,   &sample_command,
                                  &pack_command,       &bench_command,    &synth_command,
                                  &arch_command};

constexpr int done = 0, failed = 1, misused = 2;

int complain(std::string_view where, std::string_view sentence, int code) {
  const std::string line = message(where, ": ", sentence, '\n');
  std::fputs(line.c_str(), stderr);
  return code;
}

std::string overview() {
  std::string out = "qx runs language models from GGUF files, and tells what is in them\n\n"
                    "usage: qx COMMAND [OPTION]...\n\n";
  for (const command* c : all_commands) {
    std::string name(c->name);
    name.resize(12, ' ');
    out += message("  ", name, c->summary, '\n');
  }
  return out + "\n  qx COMMAND --help explains a command, qx --version names the version\n"
               "\nexamples:\n"
               "  a story from the bundled model\n"
               "    qx generate -p \"Once upon a time\"\n"
               "  what a file holds and the memory that running it takes\n"
               "    qx inspect model.gguf\n";
}

/// A command with what CLI11 knows of it. Addresses must not change: options refer to each other.
struct prepared {
  prepared(CLI::App& app, const command& c)
      : sub(app.add_subcommand(std::string(c.name))), given(*sub, c), what(&c) {
    run = c.declare(given);
    given.text({"--arch", "NAME", "instruction set to use: qx arch lists them (or QX_ARCH)"}, arch);
    given.whole({"-t,--threads", "N", "threads (default: one for each processor)"}, threads,
                {1, 1024});
    given.flag({"--pin", "", "keep each thread on a processor of its own"}, pin);
    sub->formatter_fn(
        [this](const CLI::App*, std::string, CLI::AppFormatMode) { return given.help(); });
  }

  CLI::App* sub;
  options given;
  const command* what;
  std::optional<std::string> arch;
  std::optional<std::uint64_t> threads;
  bool pin = false;
  action run;
};

/// A sentence of our own for what CLI11 found, where its own reads like a log.
std::string sentence_of(const CLI::ParseError& problem) {
  const std::string words = problem.what();
  const std::size_t colon = words.find(": ");
  const std::string head = words.substr(0, colon);
  const std::string tail = colon == std::string::npos ? "" : words.substr(colon + 2);
  switch (static_cast<CLI::ExitCodes>(problem.get_exit_code())) {
  case CLI::ExitCodes::ExtrasError:
    return message("does not know what to do with '", tail, "'");
  case CLI::ExitCodes::ArgumentMismatch:
    return message("takes a value after ", head);
  case CLI::ExitCodes::RequiredError:
    return message("needs ", words.substr(0, words.find(" is ")));
  case CLI::ExitCodes::ValidationError:
    return message(head, ' ', tail);
  default:
    return words;
  }
}

int run_command(prepared& chosen) {
  const std::string where = message("qx ", chosen.what->name);
  const auto kernels = choose_kernels(chosen.arch);
  if (!kernels) return complain(where, kernels.error().message, misused);
  const settings with{*kernels, chosen.threads.value_or(default_threads()), chosen.pin};
  if (const auto finished = chosen.run(with); !finished)
    return complain(where, finished.error().message,
                    finished.error().code == errc::argument ? misused : failed);
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
    return complain(where, "cannot write to the standard output", failed);
  return done;
}

/// What an installation asks the program for: all that --help says, in other forms.
std::optional<std::string> reference_text(std::string_view wanted,
                                          const std::deque<prepared>& list) {
  std::vector<command_reference> commands;
  for (const prepared& p : list)
    commands.push_back({p.what, p.given.shown()});
  if (wanted == "--man") return man_page(commands);
  if (wanted == "--completion-bash") return bash_completion(commands);
  if (wanted == "--completion-zsh") return zsh_completion(commands);
  return std::nullopt;
}

int run(int argc, char** argv) {
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (first.empty() || first == "-h" || first == "--help" || first == "help") {
    std::fputs(overview().c_str(), first.empty() ? stderr : stdout);
    return first.empty() ? misused : done;
  }
  if (first == "--version") return std::puts("qx " QX_VERSION) < 0 ? failed : done;

  CLI::App app;
  std::deque<prepared> list;
  for (const command* c : all_commands)
    list.emplace_back(app, *c);
  if (const auto text = reference_text(first, list)) {
    std::fputs(text->c_str(), stdout);
    return done;
  }
  const auto chosen =
      std::ranges::find_if(list, [&](const prepared& p) { return p.what->name == first; });
  if (chosen == list.end())
    return complain("qx", message("there is no command '", first, "': qx --help lists them"),
                    misused);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::fputs(chosen->given.help().c_str(), stdout);
    return done;
  } catch (const CLI::ParseError& problem) {
    return complain(message("qx ", first),
                    message(sentence_of(problem), " (qx ", first, " --help)"), misused);
  }
  return run_command(*chosen);
}

}  // namespace
}  // namespace qx::cli

int main(int argc, char** argv) {
  try {
    return qx::cli::run(argc, argv);
  } catch (const std::bad_alloc&) {
    return qx::cli::complain("qx", "there is not enough memory for this", qx::cli::failed);
  } catch (const std::exception& problem) {
    return qx::cli::complain("qx", problem.what(), qx::cli::failed);
  }
}
