#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A program that must not compile, tested twice: the valid form compiles, the invalid one is
refused, with the words that its author needs in the first lines of what the compiler says.

usage: check.py CASE.cpp COMPILER [ARGUMENT...]

The case is one file: `#ifdef QX_REJECT` holds what is wrong, `#else` what would be right. Its
comments say what is expected:
  // expect: WORDS          every compiler says these words, in this order on one line
  // expect-gcc: WORDS      only GCC has to say them so; likewise expect-clang
  // within: N              among the first N lines (10), lines of `In file included from` aside
The line of the case itself has to be among those lines, too, for whoever reads them to find it.
"""
import os
import shutil
import subprocess
import sys
from pathlib import Path

FIRST_LINES = 10


def family(compiler):
    """gcc or clang, by what the compiler calls itself; None for another or too old a one."""
    try:
        text = subprocess.run(compiler + ["-dM", "-E", "-x", "c++", "/dev/null"], capture_output=True,
                              text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    macros = dict(line.split(" ", 2)[1:] for line in text.splitlines() if line.count(" ") > 1)
    if "__clang__" in macros:
        return "clang" if int(macros["__clang_major__"]) >= 19 else None
    return "gcc" if int(macros.get("__GNUC__", "0")) >= 12 else None


def compilers(configured):
    """The compiler of the build, and a Clang beside it where there is one that knows C++23."""
    found = {}
    beside = [configured] + [[name] for name in ("clang++-21", "clang++-20", "clang++-19", "clang++")]
    driver = [part for part in configured if not part.endswith("ccache")]
    end = next((at for at, part in enumerate(driver) if part.startswith("-")), len(driver))
    for candidate in beside:
        command = driver[:end] if candidate is configured else candidate
        if shutil.which(command[0]):
            name = family(command)
            if name:
                found.setdefault(name, command + driver[end:])
    return found


def told(case, kind):
    """What the comments of the case expect of this compiler: phrases, and within how many lines."""
    phrases, within = [], FIRST_LINES
    for line in case.read_text(encoding="utf-8").splitlines():
        comment = line.strip()
        for mark in ("// expect:", f"// expect-{kind}:"):
            if comment.startswith(mark):
                phrases.append(" ".join(comment[len(mark):].split()))
        if comment.startswith("// within:"):
            within = int(comment[len("// within:"):])
    return phrases, within


def problems(case, kind, command):
    """What is wrong with the case under one compiler, a line or a page each."""
    compile_case = command + ["-I", str(case.parent), "-fsyntax-only", "-fdiagnostics-color=never", str(case)]
    environment = os.environ | {"LC_ALL": "C"}
    valid = subprocess.run(compile_case, capture_output=True, text=True, env=environment)
    if valid.returncode != 0:
        return [f"{kind}: the valid form does not compile:\n{valid.stderr[:2000]}"]
    invalid = subprocess.run(compile_case + ["-DQX_REJECT"], capture_output=True, text=True, env=environment)
    if invalid.returncode == 0:
        return [f"{kind}: the invalid form compiles"]
    phrases, within = told(case, kind)
    if not phrases:
        return [f"{kind}: the case expects no words: give it an `// expect:` line"]
    lines = [line for line in invalid.stderr.splitlines()
             if not line.startswith(("In file included from", "                 from"))]
    # The same quotes under every locale and compiler; the source that a compiler quotes does not count.
    first = [" ".join(line.replace("\u2018", "'").replace("\u2019", "'").split())
             for line in lines[:within] if not line.lstrip().startswith("|") and " | " not in line[:9]]
    phrases.append(f"{case.name}:")
    return [f"{kind}: not said within {within} lines: {phrase}\n" + "\n".join(lines[:within])
            for phrase in phrases if not any(phrase in line for line in first)]


if __name__ == "__main__":
    case_file = Path(sys.argv[1])
    found = compilers(sys.argv[2:])
    if not found:
        sys.exit("no compiler here is GCC 12 or Clang 19, or newer")
    wrong = [problem for kind, command in found.items() for problem in problems(case_file, kind, command)]
    print("\n".join(wrong) if wrong else f"{case_file.name}: {', '.join(found)}: refused as it should be")
    sys.exit(1 if wrong else 0)
