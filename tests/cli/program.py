# SPDX-License-Identifier: MIT
"""Runs the program for the tests beside this file, and finds the reference data.

usage of each test: TEST.py PROGRAM [--no-memory-limit]
"""
import os
import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = ROOT / "tests" / "hostile"
PROGRAM = Path(sys.argv[1]).resolve()
# Sanitizers reserve more addresses than any limit allows.
LIMITED = "--no-memory-limit" not in sys.argv[2:]
SECONDS = 120


def limit_memory():
    """One GiB of addresses is plenty for every small file, and too little for what headers claim."""
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))


class Result:
    """What a run left behind."""

    def __init__(self, done):
        self.code = done.returncode
        self.out = done.stdout
        self.err = done.stderr.decode(errors="replace")


def qx(*arguments, stdin=b"", limited=False, **variables):
    """Runs the program with the arguments; two threads, unless told otherwise by -t."""
    words = [str(PROGRAM), *map(str, arguments)]
    if len(words) > 1 and not words[1].startswith("-") and "-t" not in words:
        words += ["-t", "2"]
    environment = {k: v for k, v in os.environ.items() if k != "QX_ARCH"} | variables
    done = subprocess.run(words, input=stdin, capture_output=True, timeout=SECONDS, env=environment,
                          preexec_fn=limit_memory if limited and LIMITED else None, check=False)
    return Result(done)


def data_root():
    """The folder of reference data, or None."""
    named = os.environ.get("QX_TEST_DATA")
    for folder in ([Path(named)] if named else []) + [ROOT.parent / "shared" / "data"]:
        if (folder / "models").is_dir():
            return folder
    return None


class Checks:
    """Counts what holds and says what does not."""

    def __init__(self):
        self.done = self.failed = 0

    def that(self, holds, what, run=None):
        self.done += 1
        if holds:
            return
        self.failed += 1
        print(f"FAILED: {what}")
        if run is not None:
            print(f"  exit code {run.code}\n  stdout {run.out[:400]!r}\n  stderr {run.err[:800]!r}")

    def works(self, run, what):
        self.that(run.code == 0, f"{what}: it should work", run)
        return run

    def refuses(self, run, code, words, what):
        """An error is one line that says `words`, by an exit code and not by a signal."""
        lines = run.err.splitlines()
        self.that(run.code == code, f"{what}: the exit code should be {code}", run)
        self.that(len(lines) == 1 and run.err.endswith("\n") and lines[0].startswith("qx"),
                  f"{what}: one line on the standard error", run)
        for part in [words] if isinstance(words, str) else words:
            self.that(part in run.err, f"{what}: the message should say '{part}'", run)

    def finish(self):
        print(f"{self.done - self.failed} of {self.done} checks hold")
        sys.exit(1 if self.failed or not self.done else 0)


def skip():
    """What Meson counts as skipped."""
    print("skipped: no reference data")
    sys.exit(77)
