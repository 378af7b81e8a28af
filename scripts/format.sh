#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Lays out the C++ of the tree as .clang-format says, with clang-format 19.
#
# usage: scripts/format.sh [--check] [FILE...]   every file of the tree when none is named
#   --check  changes nothing and fails where a file would change (77 without clang-format 19)
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Another version lays out some lines otherwise, so only this one will do.
tool=clang-format-19
command -v "$tool" >/dev/null || tool=clang-format
if ! "$tool" --version 2>/dev/null | grep -q ' 19\.'; then
  say "clang-format 19 is not installed (Debian: apt-get install clang-format-19)"
  exit 77
fi
mode=(-i)
if [ "${1:-}" = --check ]; then
  mode=(--dry-run --Werror)
  shift
fi
cd "$root"
files=("$@")
[ ${#files[@]} -gt 0 ] ||
  mapfile -t files < <(find include src models tests bench \( -name '*.hpp' -o -name '*.cpp' \) ! -name '*_tables.cpp' | sort)
"$tool" "${mode[@]}" "${files[@]}"
