#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Reads the sources with clang-tidy 19 or newer, as .clang-tidy says.
#
# usage: scripts/tidy.sh [SOURCE...]   every compiled source of src and models when none is named
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

tidy=""
for candidate in clang-tidy-21 clang-tidy-20 clang-tidy-19; do
  command -v "$candidate" >/dev/null && tidy=$candidate && break
done
[ -n "$tidy" ] || die "clang-tidy 19 or newer is needed (Debian: apt-get install clang-tidy-19)."

configure "$root/build"
cd "$root"
sources=("$@")
[ ${#sources[@]} -gt 0 ] || mapfile -t sources < <(find src models -name '*.cpp' ! -name '*_tables.cpp' | sort)
# One kind of object per source is enough: the same file is compiled once per instruction set.
printf '%s\n' "${sources[@]}" |
  xargs -P "$(nproc)" -n 4 "$tidy" -p build --quiet --warnings-as-errors='*' --extra-arg=-Wno-unknown-warning-option
