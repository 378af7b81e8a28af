// SPDX-License-Identifier: MIT
#include "reference.hpp"

#include <qx/core/message.hpp>

#include <algorithm>
#include <string_view>

namespace qx::cli {
namespace {

/// "-n,--length" by its names: {"-n", "--length"}; a positional argument has none.
std::vector<std::string_view> names_of(const spec& what) {
  std::vector<std::string_view> out;
  std::string_view rest = what.flags;
  while (rest.starts_with('-')) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    out.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

/// Text that roff does not take for its own.
std::string roff(std::string_view text) {
  std::string out;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) out += "\\&";
    if (c == '-')
      out += "\\-";
    else if (c == '\\')
      out += "\\e";
    else
      out += c;
    line_begins = c == '\n';
  }
  return out;
}

/// Text within single quotes of a shell.
std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text)
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  return out + "'";
}

/// Text of a zsh description: brackets and colons end it.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::string man_page(std::span<const command_reference> commands) {
  std::string out =
      ".TH QX 1 \"\" \"qx " QX_VERSION "\" \"User Commands\"\n"
      ".SH NAME\nqx \\- run language models from GGUF files, and tell what is in them\n"
      ".SH SYNOPSIS\n.B qx\n.I COMMAND\n.RI [ OPTION ]...\n"
      ".SH COMMANDS\n";
  for (const command_reference& c : commands) {
    out += message(".SS \"qx ", roff(c.what->name), ' ', roff(c.what->arguments), "\"\n",
                   roff(c.what->explanation), '\n');
    for (const spec& option : c.options) {
      out += ".TP\n.B \"";
      for (bool first = true; const std::string_view name : names_of(option)) {
        out += message(first ? "" : ", ", roff(name));
        first = false;
      }
      if (!option.flags.starts_with('-'))
        out += roff(option.flags);
      else if (!option.value.empty())
        out += message(option.value.starts_with('[') ? "" : " ", roff(option.value));
      out += message("\"\n", roff(option.help), '\n');
    }
    if (!c.what->examples.empty())
      out += message(".PP\nExamples:\n.nf\n", roff(c.what->examples), "\n.fi\n");
  }
  return out;
}

std::string bash_completion(std::span<const command_reference> commands) {
  std::string names, cases;
  for (const command_reference& c : commands) {
    names += message(names.empty() ? "" : " ", c.what->name);
    std::string flags;
    for (const spec& option : c.options)
      for (const std::string_view name : names_of(option))
        flags += message(flags.empty() ? "" : " ", name);
    cases += message("    ", c.what->name, ") words=", shell_quoted(flags), " ;;\n");
  }
  return message("# Completion of qx for bash.\n"
                 "_qx() {\n"
                 "  local word=${COMP_WORDS[COMP_CWORD]} words\n"
                 "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                 "    COMPREPLY=($(compgen -W ",
                 shell_quoted(names + " --help --version"),
                 " -- \"$word\"))\n"
                 "    return\n"
                 "  fi\n"
                 "  case ${COMP_WORDS[1]} in\n",
                 cases,
                 "  esac\n"
                 "  if [ \"${word:0:1}\" = - ]; then\n"
                 "    COMPREPLY=($(compgen -W \"$words --help\" -- \"$word\"))\n"
                 "  else\n"
                 "    COMPREPLY=($(compgen -f -- \"$word\"))\n"
                 "  fi\n"
                 "}\n"
                 "complete -o filenames -F _qx qx\n");
}

std::string zsh_completion(std::span<const command_reference> commands) {
  std::string list, cases;
  for (const command_reference& c : commands) {
    list +=
        message("    ", shell_quoted(message(c.what->name, ':', zsh_text(c.what->summary))), '\n');
    cases += message("  ", c.what->name, ") _arguments");
    for (const spec& option : c.options)
      for (const std::string_view name : names_of(option))
        cases += message(" \\\n    ", shell_quoted(message(name, '[', zsh_text(option.help), ']',
                                                           option.value.empty() ? "" : ":",
                                                           zsh_text(option.value),
                                                           option.value.empty() ? "" : ":_files")));
    cases += " \\\n    '*:file:_files' ;;\n";
  }
  return message("#compdef qx\n"
                 "# Completion of qx for zsh.\n"
                 "local -a commands=(\n",
                 list,
                 ")\n"
                 "if (( CURRENT == 2 )); then\n"
                 "  _describe command commands\n"
                 "  return\n"
                 "fi\n"
                 "shift words\n"
                 "(( CURRENT-- ))\n"
                 "case $words[1] in\n",
                 cases, "esac\n");
}

}  // namespace qx::cli
