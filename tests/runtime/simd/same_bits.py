#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: same_bits.py PROGRAM... The same expressions, compiled for several instruction sets, must
print the same bits."""
import subprocess
import sys

from run_if_able import able

if __name__ == "__main__":
    images = {p: subprocess.run([p], capture_output=True, text=True, check=True).stdout
              for p in sys.argv[1:] if able(p.rsplit("_", 1)[1])}
    first, *others = images.items()
    wrong = [f"{p}: line {n}: {b} instead of {a}" for p, text in others
             for n, (a, b) in enumerate(zip(first[1].splitlines(), text.splitlines()), 1) if a != b]
    wrong += [f"{p}: another number of lines" for p, text in others
              if text.count("\n") != first[1].count("\n")]
    if first[1].count("\n") < 10:
        wrong.append("too little was printed for a comparison")
    print("\n".join(wrong) if wrong else f"{len(images)} instruction sets agree")
    sys.exit(1 if wrong else 77 if len(images) < 2 else 0)
