// SPDX-License-Identifier: MIT
#include "interrupt.hpp"
#include "line_editor.hpp"

#include <qx/platform/terminal.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>

#ifdef QX_HAS_LIBEDIT
#include <editline/readline.h>
#endif

namespace qx::cli {
namespace {

/// Without a library: no editing but what the terminal itself does.
typed read_plain(const std::string& prompt, std::string& line) {
  std::fputs(prompt.c_str(), stdout);
  std::fflush(stdout);
  line.clear();
  for (int c = std::getc(stdin); c != '\n'; c = std::getc(stdin)) {
    if (c == EOF) return line.empty() ? typed::end : typed::line;
    line += static_cast<char>(c);
  }
  if (line.ends_with('\r')) line.pop_back();
  return typed::line;
}

#ifdef QX_HAS_LIBEDIT
typed read_edited(const std::string& prompt, std::string& line) {
  char* const text = readline(prompt.c_str());
  if (text == nullptr) return typed::end;
  line = text;
  std::free(text);
  if (!line.empty()) add_history(line.c_str());
  return typed::line;
}
#endif

}  // namespace

line_editor::line_editor()
    : watched_(platform::is_terminal(platform::stream::input) &&
               platform::is_terminal(platform::stream::output)) {
#ifdef QX_HAS_LIBEDIT
  if (watched_) using_history();
#endif
}

line_editor::~line_editor() = default;

typed line_editor::read(const std::string& prompt, std::string& line) {
  const interrupt_guard guard(interrupt_guard::reading);
#ifdef QX_HAS_LIBEDIT
  const typed got = watched_ ? read_edited(prompt, line) : read_plain("", line);
#else
  const typed got = read_plain(watched_ ? prompt : "", line);
#endif
  if (!guard.stopped()) return got;
  std::clearerr(stdin);
  return typed::interrupted;
}

}  // namespace qx::cli
