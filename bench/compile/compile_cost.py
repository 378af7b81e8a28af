#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What including and using qx costs a compiler.

usage: compile_cost.py --check COMPILER...   the gate of CI: template specializations against budgets
       compile_cost.py --table COMPILER...   seconds, memory and specializations, for docs/performance.md

Seconds depend on the machine and on who else uses it, so what is gated is what they come from: how
many specializations of templates the front end of GCC makes, which -fstats counts and which is the
same number in every run. Other compilers do not say it and pass unchecked.
"""
import re
import resource
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent

# Specializations of functions, variables and classes beyond those of an empty file: what GCC 12
# counts now and a tenth more, which other releases of its library may need. Lower them when a
# change makes them fall; raise them only for what is worth waiting for in every user's file.
BUDGETS = {"include": 13300, "softmax": 15200}


def run(compiler, name, *options):
    source = HERE / f"{name}.cpp"
    return subprocess.run([*compiler, *options, str(source)], capture_output=True, text=True, check=True)


def specializations(compiler, name):
    """None where the compiler does not count them."""
    said = run(compiler, name, "-O2", "-fsyntax-only", "-fstats").stderr
    counts = re.findall(r"^(?:decl|type)_specializations: size \d+, (\d+) elements", said, re.MULTILINE)
    return sum(map(int, counts)) if counts else None


def cost(compiler, name, times=5):
    """The least user seconds of several runs, and megabytes."""
    best = None
    for _ in range(times):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run(compiler, name, "-O2", "-c", "-o", "/dev/null")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = after.ru_utime - before.ru_utime
        best = seconds if best is None else min(best, seconds)
    return best


def memory(compiler, name):
    """Megabytes of the compiler proper; the driver is small beside it."""
    program = ("import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); "
               "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
    command = [*compiler, "-O2", "-c", "-o", "/dev/null", str(HERE / f"{name}.cpp")]
    return int(subprocess.run([sys.executable, "-c", program, *command], capture_output=True, text=True,
                              check=True).stdout) / 1024


def is_gcc(compiler):
    said = subprocess.run([*compiler, "--version"], capture_output=True, text=True).stdout
    return "clang" not in said


def check(compiler):
    if not is_gcc(compiler):
        print("skipped: only GCC counts specializations")
        return 0
    empty = specializations(compiler, "empty")
    bad = 0
    for name, budget in BUDGETS.items():
        count = specializations(compiler, name) - empty
        print(f"{name}: {count} specializations of templates, at most {budget}")
        bad += count > budget
    return bad


def table(compiler):
    print("| file | user time | memory | specializations |\n|---|---|---|---|")
    for name in ("empty", "include", "softmax", "eigen"):
        count = specializations(compiler, name) if is_gcc(compiler) else ""
        print(f"| {name} | {cost(compiler, name):.2f} s | {memory(compiler, name):.0f} MB | {count} |")
    return 0


def main():
    if len(sys.argv) < 3 or sys.argv[1] not in ("--check", "--table"):
        sys.exit(__doc__)
    started = time.monotonic()
    bad = (check if sys.argv[1] == "--check" else table)(sys.argv[2:])
    print(f"{time.monotonic() - started:.1f} s", file=sys.stderr)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
