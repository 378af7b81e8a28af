#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Builds everything and tests it.
#
# usage: scripts/test.sh [--quick] [--werror] [STAGE...]
#   --quick   only the tests of the release build
#   --werror  a warning of the compiler is an error; so it is where CI=true
#   STAGE     only these: tests, qemu, consumer, address, threads, sources
#
# The last line is `N passed, N failed`, and the exit code is 0 only when nothing failed. What the
# stages are is said over each of them below.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

stages=(tests qemu consumer address threads sources)
# Only for the release build: sanitizers make GCC warn of what is not there.
strict=()
[ "${CI:-}" != true ] || strict=(-Dwerror=true)
chosen=()
for word in "$@"; do
  case "$word" in
    --quick) chosen=(tests) ;;
    --werror) strict=(-Dwerror=true) ;;
    tests | qemu | consumer | address | threads | sources) chosen+=("$word") ;;
    *) die "usage: scripts/test.sh [--quick] [--werror] [${stages[*]}]" ;;
  esac
done
[ ${#chosen[@]} -eq 0 ] || stages=("${chosen[@]}")

passed=0 failed=0 skipped=0
under=()  # what `meson test` is run under, with its tests
build=$root/build

# finish: the closing line, whatever happened before.
finish() {
  local line="$passed passed, $failed failed"
  [ "$skipped" -eq 0 ] || line="$line, $skipped skipped"
  printf '\n%s\n' "$line"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

# broken WORDS: something that is no test failed, so nothing more can be said of this stage.
broken() {
  say "FAILED: $*"
  failed=$((failed + 1))
  return 1
}

# count FOLDER: adds up the results of the last `meson test` there.
count() {
  local log=$1/meson-logs/testlog.json good bad none
  [ -s "$log" ] || return 0
  read -r good bad none < <(python3 - "$log" <<'PYTHON'
import json, sys
results = [json.loads(line)["result"] for line in open(sys.argv[1], encoding="utf-8")]
good = sum(result in ("OK", "EXPECTEDFAIL") for result in results)
none = sum(result in ("SKIP", "IGNORED") for result in results)
print(good, len(results) - good - none, none)
PYTHON
  )
  passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + none))
}

# run_tests FOLDER OPTION...: `meson test`, counted. Its exit code adds nothing to the counts.
run_tests() {
  local folder=$1
  shift
  rm -f "$folder/meson-logs/testlog.json"
  local before=$failed
  if ! "${under[@]}" meson test -C "$folder" --print-errorlogs "$@"; then
    count "$folder"
    [ "$failed" -gt "$before" ] || broken "meson test -C $folder $*" || true
    return 0
  fi
  [ -s "$folder/meson-logs/testlog.json" ] || broken "no test fits: meson test -C $folder $*" || return 0
  count "$folder"
}

# prepare FOLDER OPTION...: a configured folder.
prepare() { configure "$@" || broken "configuring $1"; }

# The release build with everything in it, in the folder that scripts/run.sh builds in: every
# test, on every instruction set that this machine has.
stage_tests() {
  prepare "$build" --buildtype=release -Dtests=true -Dbench=true "${strict[@]}" || return 0
  quietly "$build/log.txt" ninja -C "$build" || broken "building $build" || return 0
  run_tests "$build"
}

# generated COMMAND...: twenty greedy tokens.
generated() { "$@" generate -p "Once upon a time" -n 20 --temp 0 --no-stats; }

# A processor of 2008, without AVX, emulated: the program must choose its oldest kernels there and
# write, to the letter, what they write on this machine.
stage_qemu() {
  if [ "$(uname -m)" != x86_64 ] || ! command -v qemu-x86_64 >/dev/null; then
    say "qemu: skipped (takes a machine of x86_64 and qemu-x86_64)"
    skipped=$((skipped + 1))
    return 0
  fi
  local here there
  here=$(QX_ARCH=baseline generated "$build/qx") || broken "qx with QX_ARCH=baseline" || return 0
  there=$(generated timeout 300 qemu-x86_64 -cpu Nehalem "$build/qx") ||
    broken "qx on a processor without AVX" || return 0
  [ "$here" = "$there" ] || broken "without AVX qx writes '$there', here '$here'" || return 0
  say "qemu: the same text without AVX"
  passed=$((passed + 1))
}

# An installed qx, used by a project outside of the tree: with g++, CMake, Meson, and as a subproject.
stage_consumer() {
  [ -f "$build/build.ninja" ] || broken "there is no $build to install from" || return 0
  "$root/tests/consumer/check.sh" "$build" || broken "the project that uses the installed qx" || return 0
  passed=$((passed + 1))
}

# Reads and writes out of bounds, leaks, undefined behaviour; fuzzing for some seconds among it.
# Two instruction sets are enough here: the others differ in nothing but the width of a register.
stage_address() {
  # What is left out finds nothing here that the rest does not, and takes two thirds of the time that
  # kernels take to compile: null pointers fault, and overruns are AddressSanitizer's.
  local flags="-fno-sanitize-recover=all -fno-sanitize=null,alignment,object-size"
  # Checks as calls: GCC compiles the kernels in a third of the time, for tests that run longer.
  local calls=--param=asan-instrumentation-with-call-threshold=0
  printf 'int x;' | "${CXX:-c++}" "$calls" -fsyntax-only -x c++ - 2>/dev/null && flags+=" $calls"
  prepare "$root/build-address" -Ddebug=true -Db_ndebug=false -Db_sanitize=address,undefined -Db_lundef=false \
    -Doptimization=1 "-Dcpp_args=$flags" -Dbench=false -Darchs=baseline,avx2 || return 0
  UBSAN_OPTIONS=print_stacktrace=1 run_tests "$root/build-address" --timeout-multiplier 4 \
    --suite runtime --suite golden --suite fuzz --suite cli
}

# Data races, in the tests that say they use threads.
stage_threads() {
  prepare "$root/build-threads" -Ddebug=true -Db_ndebug=false -Db_sanitize=thread -Db_lundef=false \
    -Doptimization=1 -Dbench=false -Darchs=baseline || return 0
  # The sanitizer of GCC 12 does not start under the wide address randomisation of new kernels.
  setarch -R true 2>/dev/null && under=(setarch -R)
  TSAN_OPTIONS=halt_on_error=1 run_tests "$root/build-threads" --timeout-multiplier 4 --suite threads
  under=()
}

# Each source compiled alone, so that none leans on what its neighbours include: elsewhere several
# are one unit.
stage_sources() {
  prepare "$root/build-sources" -Doptimization=0 -Dcpp_args=-DQX_NO_FORCED_INLINE -Dtests=false \
    -Dbench=false -Darchs=baseline -Dunity=off "${strict[@]}" || return 0
  quietly "$root/build-sources/log.txt" ninja -C "$root/build-sources" ||
    broken "a source that is compiled alone" || return 0
  passed=$((passed + 1))
}

trap finish EXIT
"$root/scripts/setup.sh" || broken "setting up" || exit 1
find_compiler || broken "no C++23 compiler" || exit 1
for stage in "${stages[@]}"; do
  say "== $stage"
  start=$SECONDS
  "stage_$stage"
  say "== $stage took $((SECONDS - start)) s; so far $passed passed, $failed failed"
done
trap - EXIT
finish
