#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What every file of code has: the licence in its first lines, one include guard, nothing left to do."""
import sys

from tree import CODE, files, report, shown

# Put together here, so that this file does not hold the words itself.
UNFINISHED = ["TO" + "DO", "FIX" + "ME", "X" * 3, "not " + "implemented"]


def problems_of(path):
    """What the file lacks."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if not any("SPDX-License-Identifier: MIT" in line for line in lines[:2]):
        yield "the first line names no licence: `SPDX-License-Identifier: MIT`"
    if path.suffix == ".hpp" and "#pragma once" not in lines:
        yield "no `#pragma once`"
    for number, line in enumerate(lines, 1):
        for word in UNFINISHED:
            if word in line:
                yield f"line {number} says `{word}`: finish it"


if __name__ == "__main__":
    found = [f"{shown(path)}: {problem}"
             for path in files("include", "src", "models", "tests", "bench", "scripts", suffixes=CODE | {".py", ".sh"})
             for problem in problems_of(path)]
    sys.exit(report("conventions", found))
