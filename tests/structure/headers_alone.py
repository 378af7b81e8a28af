#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every header compiles alone, twice in a row and without a warning.

usage: headers_alone.py CACHE COMPILER [ARGUMENT...]

A header whose includes did not change since it last compiled is not compiled again: CACHE is the
folder that remembers.
"""
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tree import ROOT, files, report, shown

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Wno-sign-conversion", "-Werror"]


def include_name(header):
    """How a user writes it: <qx/...> or <models/...>."""
    name = shown(header)
    return name[len("include/"):] if name.startswith("include/") else name


def unchanged(stamp, command):
    """Whether the header compiled with this command and everything it read is older than that."""
    if not stamp.exists():
        return False
    first, *read = stamp.read_text(encoding="utf-8").splitlines()
    time = stamp.stat().st_mtime
    return first == command and all(os.path.exists(name) and os.path.getmtime(name) < time for name in read)


def dependencies(text):
    """The files of a make rule as the compiler writes it."""
    return [name for name in text.replace("\\\n", " ").split(":", 1)[-1].split() if name != "-"]


def compile_alone(header, cache, compiler):
    """The compiler's complaint about the header, empty when there is none."""
    stem = cache / include_name(header).replace("/", "-")
    stamp, rules = stem.with_suffix(".ok"), stem.with_suffix(".d")
    command = compiler + WARNINGS + ["-fsyntax-only", "-x", "c++", "-"]
    if unchanged(stamp, " ".join(command)):
        return ""
    stamp.unlink(missing_ok=True)
    source = f"#include <{include_name(header)}>\n" * 2
    made = subprocess.run(command + ["-MD", "-MF", str(rules)], input=source, capture_output=True, text=True)
    if made.returncode == 0:
        read = dependencies(rules.read_text(encoding="utf-8")) if rules.exists() else []
        stamp.write_text("\n".join([" ".join(command)] + read), encoding="utf-8")
        return ""
    return f"{shown(header)} does not compile alone:\n" + "\n".join(made.stderr.splitlines()[:12])


if __name__ == "__main__":
    folder, command_line = Path(sys.argv[1]), sys.argv[2:]
    folder.mkdir(parents=True, exist_ok=True)
    headers = files("include", "models", suffixes={".hpp"})
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        answers = pool.map(lambda header: compile_alone(header, folder, command_line), headers)
    print(f"{len(headers)} headers")
    sys.exit(report("headers alone", [answer for answer in answers if answer]))
