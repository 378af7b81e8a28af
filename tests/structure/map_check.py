#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs/map.md names every file with what it is for, as scripts/make_map.py writes it today."""
import subprocess
import sys

from tree import ROOT

sys.exit(subprocess.run([sys.executable, ROOT / "scripts" / "make_map.py", "--check"]).returncode)
