// SPDX-License-Identifier: MIT
#include <qx/platform/terminal.hpp>

#include <sys/ioctl.h>
#include <unistd.h>

namespace qx::platform {
namespace {

int descriptor_of(stream s) {
  switch (s) {
  case stream::input:
    return STDIN_FILENO;
  case stream::output:
    return STDOUT_FILENO;
  default:
    return STDERR_FILENO;
  }
}

}  // namespace

bool is_terminal(stream s) { return ::isatty(descriptor_of(s)) == 1; }

std::size_t terminal_columns(stream s) {
  constexpr std::size_t usual = 80;
  winsize size{};
  if (::ioctl(descriptor_of(s), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual;
  return size.ws_col;
}

}  // namespace qx::platform
