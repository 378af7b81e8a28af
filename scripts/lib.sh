# SPDX-License-Identifier: MIT
# Sourced by the scripts beside it: where the tree is, messages, quiet builds, a compiler that will do.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# All words of the scripts go to stderr: stdout belongs to what they run.
say() { printf '%s\n' "$*" >&2; }
die() {
  say "$@"
  exit 1
}

# as_root COMMAND...: with sudo when it takes one. Without either it prints what to run as root.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    say "Neither root nor sudo here. Run this as root, then call the script again:" "  $*"
    return 1
  fi
}

# compiles_cpp23 COMPILER: whether it knows the language and library that qx is written in.
compiles_cpp23() {
  command -v "$1" >/dev/null &&
    printf '%s\n' '#include <expected>' 'template <class T> concept any = true;' \
      'struct grid { int operator[](int i, int j) const { return i + j; } };' \
      'std::expected<int, int> f(any auto x) { return grid{}[x, 1]; }' 'int g() { return *f(1); }' |
    "$1" -std=c++23 -fsyntax-only -x c++ - 2>/dev/null
}

# find_compiler: sets CXX, unless the caller did, to the first compiler that will do.
find_compiler() {
  if [ -n "${CXX:-}" ]; then
    return 0
  fi
  local candidate
  for candidate in c++ g++ g++-15 g++-14 g++-13 g++-12 clang++ clang++-21 clang++-20 clang++-19; do
    if compiles_cpp23 "$candidate"; then
      [ "$candidate" = c++ ] || export CXX="$candidate"
      return 0
    fi
  done
  return 1
}

# quietly LOG COMMAND...: the output goes to the log, and is shown when the command fails.
quietly() {
  local log=$1
  shift
  if ! "$@" >>"$log" 2>&1; then
    tail -n 60 "$log" >&2
    say "" "Failed: $*" "The whole output is in $log"
    return 1
  fi
}

# configure FOLDER OPTION...: sets up a build folder, or gives the options to one that is there.
# Options that are already so change nothing, and nothing is compiled again.
configure() {
  local folder=$1
  shift
  mkdir -p "$folder"
  if [ -f "$folder/build.ninja" ]; then
    [ $# -eq 0 ] || quietly "$folder/log.txt" meson configure "$folder" "$@"
  else
    : >"$folder/log.txt"
    quietly "$folder/log.txt" meson setup "$folder" "$root" "$@"
  fi
}
