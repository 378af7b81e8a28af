#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Installs what building qx takes and is not there yet.
#
# usage: scripts/setup.sh [--minimal]
#   --minimal  only what the program itself takes; without it the tests and benchmarks too
#
# On Debian and Ubuntu it installs by apt (with sudo when not root); elsewhere it says what to
# install. Where nothing is missing it changes nothing and takes a moment.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

minimal=false
case "${1:-}" in
  "") ;;
  --minimal) minimal=true ;;
  *) die "usage: scripts/setup.sh [--minimal]" ;;
esac

packages=(g++ meson ninja-build pkg-config libxsimd-dev libcli11-dev libedit-dev)
tools=(meson ninja pkg-config)
if ! $minimal; then
  packages+=(libeigen3-dev doctest-dev libbenchmark-dev nlohmann-json3-dev python3 binutils ccache cmake qemu-user)
  tools+=(python3 nm ccache cmake)
fi

missing_packages() {
  local package
  for package in "${packages[@]}"; do
    dpkg -s "$package" 2>/dev/null | grep -q '^Status: install ok installed' || printf '%s\n' "$package"
  done
}

install_by_apt() {
  local missing
  mapfile -t missing < <(missing_packages)
  [ "${#missing[@]}" -gt 0 ] || return 0
  say "Installing ${missing[*]}"
  local log
  log=$(mktemp)
  quietly "$log" as_root env DEBIAN_FRONTEND=noninteractive apt-get update ||
    say "The package lists could not be refreshed; going on with those that are there."
  quietly "$log" as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "${missing[@]}" ||
    die "apt-get could not install ${missing[*]}."
  rm -f "$log"
}

# One line for each tool that is absent or too old, whatever the system.
missing_tools() {
  local tool
  for tool in "${tools[@]}"; do
    command -v "$tool" >/dev/null || printf '  %s\n' "$tool"
  done
  find_compiler || printf '  %s\n' "a C++23 compiler with std::expected: GCC 12.2 or Clang 19, or newer (CXX names another)"
  if command -v meson >/dev/null; then
    case "$(meson --version)" in
      0.*) printf '  %s\n' "Meson 1.0 or newer: this one is $(meson --version); 'pip install meson' has it" ;;
    esac
  fi
}

if command -v apt-get >/dev/null && command -v dpkg >/dev/null; then
  install_by_apt
fi
absent=$(missing_tools)
if [ -n "$absent" ]; then
  say "qx cannot be built yet. Please install:" "$absent" \
    "The libraries xsimd, CLI11, Eigen, doctest and Google Benchmark are good to have installed too;" \
    "where one is absent Meson downloads it (subprojects/*.wrap)."
  exit 1
fi
