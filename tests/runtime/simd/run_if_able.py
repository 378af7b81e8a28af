#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: run_if_able.py FLAGS PROGRAM. Runs a test program where the machine has its instructions;
exit status 77 (skipped) elsewhere."""
import subprocess
import sys
from pathlib import Path

NEEDS = {"base": set(), "avx2": {"avx2", "fma", "f16c"},
         "avx512": {"avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512cd"}}


def able(flags):
    """Whether /proc/cpuinfo lists the instructions; without that file only the base is run."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        text = ""
    line = next((line for line in text.splitlines() if line.startswith("flags")), "")
    return NEEDS[flags] <= set(line.split())


if __name__ == "__main__":
    sys.exit(subprocess.run(sys.argv[2:]).returncode if able(sys.argv[1]) else 77)
