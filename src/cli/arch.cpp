// SPDX-License-Identifier: MIT
/// \file
/// `qx arch`: the instruction sets in this program.
#include "arch.hpp"
#include "command.hpp"

#include <qx/core/message.hpp>
#include <qx/platform/cpu.hpp>

#include <cstdio>
#include <cstdlib>

namespace qx::cli {
namespace {

std::string names_that_run() {
  std::string out;
  for (const kernel::table* t : kernel::tables())
    if (kernel::runs_here(*t)) out += (out.empty() ? "" : ", ") + std::string(t->name);
  return out;
}

result<void> list_tables(const settings& with) {
  for (const kernel::table* t : kernel::tables()) {
    const char* const state = t == with.kernels       ? "used"
                              : kernel::runs_here(*t) ? "runs here"
                                                      : "this processor lacks it";
    std::printf("%-14s%s\n", std::string(t->name).c_str(), state);
  }
  return {};
}

}  // namespace

result<const kernel::table*> choose_kernels(const std::optional<std::string>& wanted) {
  const char* const variable = std::getenv("QX_ARCH");
  if (!wanted && (variable == nullptr || *variable == '\0')) return &kernel::best_table();
  const std::string name = wanted ? *wanted : variable;
  const kernel::table* const found = kernel::find_table(name);
  if (found != nullptr && kernel::runs_here(*found)) return found;
  return fail(errc::argument, message(wanted ? "--arch" : "QX_ARCH", " names '", name, "', which ",
                                      found == nullptr ? "is no instruction set of this program"
                                                       : "this processor cannot run",
                                      "; here run: ", names_that_run()));
}

std::size_t default_threads() { return platform::hardware_threads(); }

const command arch_command{
    .name = "arch",
    .summary = "list the instruction sets this program can use",
    .arguments = "",
    .explanation =
        "Lists the instruction sets that the kernels were compiled for, narrowest first,\n"
        "and which of them is used. All give the same results within rounding.",
    .examples = "  which would be used on an older machine\n"
                "    QX_ARCH=avx2 qx arch",
    .declare = [](options&) -> action { return list_tables; },
};

}  // namespace qx::cli
