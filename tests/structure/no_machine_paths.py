#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""No committed file names a place that exists on one machine only: a home folder, this checkout."""
import sys

from tree import ROOT, committed_files, report, shown

# Put together here, so that this file does not name one itself.
HOMES = [f"/{name}/" for name in ("home", "root", "Users")] + ["\\".join(("C:", "Users"))]
TEXT = {".hpp", ".cpp", ".py", ".sh", ".md", ".build", ".txt", ".json", ".wrap", ".yml", ".yaml", ""}


def places():
    """What must not be written: home folders, and where this checkout lies unless that is too short."""
    here = str(ROOT)
    return HOMES + ([here] if here.count("/") > 1 else [])


if __name__ == "__main__":
    found = []
    for path in committed_files():
        if path.suffix in TEXT:
            for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
                found += [f"{shown(path)}:{number}: {place}" for place in places() if place in line]
    sys.exit(report("machine paths", found))
