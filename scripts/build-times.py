#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Says where the time of a build went, from the log that ninja keeps.

usage: build-times.py [BUILD] [-n ROWS]   (build, 25)

Times are of the last time each output was made, so after a fresh build they are all of that one.
Read with ccache in mind: an object that came from its cache took no time.
"""
import argparse
from pathlib import Path


def last_edges(log):
    """Output to (start, end) in milliseconds; one edge may have several outputs."""
    edges = {}
    for line in log.read_text(encoding="utf-8").splitlines():
        parts = line.split("\t")
        if len(parts) == 5:
            edges[parts[3]] = (int(parts[0]), int(parts[1]))
    return edges


def target_of(output):
    """The target that an object belongs to: `tests/x/thing.p/a.cpp.o` is of `tests/x/thing`."""
    return output.split(".p/")[0] if ".p/" in output else output


def table(title, rows, count):
    print(f"\n{title}")
    for name, milliseconds in sorted(rows.items(), key=lambda row: -row[1])[:count]:
        print(f"{milliseconds / 1000:9.1f} s  {name}")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("build", nargs="?", default="build", type=Path)
    options.add_argument("-n", type=int, default=25, metavar="ROWS")
    given = options.parse_args()
    edges = last_edges(given.build / ".ninja_log")
    targets = {}
    for output, (start, end) in edges.items():
        targets[target_of(output)] = targets.get(target_of(output), 0) + end - start
    table("By target", targets, given.n)
    table("By output", {output: end - start for output, (start, end) in edges.items()}, given.n)
    work = sum(end - start for start, end in edges.values())
    print(f"\n{work / 1000:.1f} s of work in {len(edges)} outputs")


if __name__ == "__main__":
    main()
