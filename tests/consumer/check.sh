#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Installs a build of qx into a folder of its own and builds and runs a project against it that
# lies outside of the tree and knows nothing but qx.pc.
#
# usage: tests/consumer/check.sh BUILD
set -euo pipefail
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

meson install -C "$build" --destdir "$place" --quiet >/dev/null
file=$(find "$place" -name qx.pc)
[ -f "$file" ] || { echo "meson install left no qx.pc" >&2; exit 1; }
# The prefix that qx was configured for lies below the folder it was installed into.
prefix=$place$(pkg-config --variable=prefix "$file")

mkdir "$place/project"
cp "$here"/*.cpp "$place/project"
cd "$place/project"
export PKG_CONFIG_PATH="${file%/*}"
flags=$(pkg-config --define-variable=prefix="$prefix" --cflags --libs qx)
for source in *.cpp; do
  # shellcheck disable=SC2086  # the flags are words
  "${CXX:-c++}" -O1 "$source" -o consumer $flags
  ./consumer
done
