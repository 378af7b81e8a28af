#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Install step of Meson: copies the headers of a folder that holds sources too.

usage: install_headers.py FOLDER DESTINATION   (below $MESON_INSTALL_DESTDIR_PREFIX)
"""
import os
import shutil
import sys
from pathlib import Path

folder = Path(sys.argv[1])
destination = Path(os.environ["MESON_INSTALL_DESTDIR_PREFIX"]) / sys.argv[2]
for header in sorted(folder.rglob("*.hpp")):
    target = destination / header.relative_to(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(header, target)
    target.chmod(0o644)
