#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Builds qx and lets the bundled model write a story.
#
# usage: scripts/run.sh [PROMPT...] [-- OPTION...]
#   PROMPT  how the story begins
#   OPTION  for `qx generate`, for example: scripts/run.sh "A fox" -- -n 50 --temp 0
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

prompt=()
while [ $# -gt 0 ]; do
  if [ "$1" = -- ]; then
    shift
    break
  fi
  prompt+=("$1")
  shift
done
options=("$@")
[ ${#options[@]} -gt 0 ] || options=(-n 400)

"$root/scripts/setup.sh" --minimal
find_compiler || die "No C++23 compiler was found."
build=$root/build
# The tests and benchmarks are not built here; a folder that has them already keeps them.
if [ ! -f "$build/build.ninja" ]; then
  say "Building qx: a few minutes the first time."
  configure "$build" --buildtype=release -Dtests=false -Dbench=false
fi
quietly "$build/log.txt" ninja -C "$build" qx
text="${prompt[*]-}"
exec "$build/qx" generate -p "${text:-Once upon a time}" "${options[@]}"
