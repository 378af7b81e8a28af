#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Installs a build of qx into a folder of its own and builds and runs a project outside of the tree
# in every way that a user has: by hand with the flags of pkg-config, with CMake, with Meson, and
# with Meson and qx as a subproject. Each program must run the copy of its graph that goes with the
# kernels that QX_ARCH names, and print the same number every time.
#
# usage: tests/consumer/check.sh BUILD
set -euo pipefail
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

quietly() { "$@" >"$place/log.txt" 2>&1 || { cat "$place/log.txt" >&2; return 1; }; }

quietly meson install -C "$build" --destdir "$place/root"
pc=$(find "$place/root" -name qx.pc)
[ -f "$pc" ] || { echo "meson install left no qx.pc" >&2; exit 1; }
# The prefix that qx was configured for lies below the folder it was installed into.
prefix=$place/root$(pkg-config --variable=prefix "$pc")
sed -i "s|^prefix=.*|prefix=$prefix|" "$pc"
export PKG_CONFIG_PATH="${pc%/*}"
archs=
for arch in $(pkg-config --variable=archs qx); do
  if QX_ARCH=$arch "$build/qx" arch >/dev/null 2>&1; then archs+=" $arch"; fi  # this machine runs it
done
[ -n "$archs" ] || { echo "qx.pc names no instruction set that runs here" >&2; exit 1; }

mkdir "$place/project"
cp "$here"/*.cpp "$here"/*.hpp "$here"/meson.build "$here"/CMakeLists.txt "$place/project"
cd "$place/project"

# run WAY PROGRAM: the number is the same with every instruction set that this machine has.
run() {
  local way=$1 program=$2 arch line name number first=
  for arch in $archs; do
    line=$(QX_ARCH=$arch "$program") || { echo "$way: the program failed: $line" >&2; return 1; }
    read -r name number <<<"$line"
    echo "$way: QX_ARCH=$arch runs $name: $number"
    [ "$number" = "${first:=$number}" ] ||
      { echo "$way: $arch computes $number, others $first" >&2; return 1; }
  done
}

# One copy, with whatever instructions the flags allow.
# shellcheck disable=SC2046  # the flags are words
quietly "${CXX:-c++}" -O2 main.cpp graph.cpp -o one-copy $(pkg-config --cflags --libs qx)
run "one copy" ./one-copy

quietly cmake -S . -B by-cmake -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$prefix"
quietly cmake --build by-cmake
run CMake by-cmake/consumer

quietly meson setup by-meson
quietly meson compile -C by-meson
run Meson by-meson/consumer

# The whole library is built again for this one: for one instruction set, and without the program.
mkdir subprojects
ln -s "$root" subprojects/qx
archs=baseline
quietly env PKG_CONFIG_PATH= meson setup by-subproject --force-fallback-for=qx -Dqx:archs=baseline
quietly ninja -C by-subproject consumer
run "Meson with a subproject" by-subproject/consumer
