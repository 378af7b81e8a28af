# SPDX-License-Identifier: MIT
"""The files of the project, for the checks beside this file."""
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = {".hpp", ".cpp"}


def files(*folders, suffixes=None):
    """Files below the folders of the tree, sorted; all suffixes when none are named."""
    found = []
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                if suffixes is None or path.suffix in suffixes:
                    found.append(path)
    return found


def committed_files():
    """What the project hands out: git's list, or every file outside of build folders without git."""
    try:
        listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-z"], capture_output=True, check=True)
        names = [name for name in listed.stdout.decode().split("\0") if name]
        return [ROOT / name for name in names if (ROOT / name).is_file()]
    except (OSError, subprocess.CalledProcessError):
        return [path for path in files(".") if not path.relative_to(ROOT).parts[0].startswith(("build", ".git"))]


def shown(path):
    """The path as a reader of the tree writes it."""
    return path.relative_to(ROOT).as_posix()


def report(title, problems):
    """Prints what was found and gives the exit code of the check."""
    for problem in problems:
        print(problem)
    print(f"{title}: {len(problems)} problem(s)" if problems else f"{title}: fine")
    return 1 if problems else 0
