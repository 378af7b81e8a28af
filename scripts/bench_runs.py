# SPDX-License-Identifier: MIT
"""Alternating runs of two or more programs, and ratios with their spread. Used by bench-compare and
bench-peers: a machine whose speed drifts is measured fairly only by runs side by side."""
import json
import math
import statistics
import subprocess
import sys


def say(*words):
    """Progress and complaints go to stderr, tables to stdout."""
    print(*words, file=sys.stderr, flush=True)


def run_json(words, seconds=1800):
    """What the command prints as JSON, or None with its complaint on stderr."""
    try:
        done = subprocess.run([str(w) for w in words], capture_output=True, timeout=seconds, check=False)
    except (OSError, subprocess.TimeoutExpired) as problem:
        say(f"  {words[0]}: {problem}")
        return None
    if done.returncode != 0:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        say(f"  {words[0]} failed: {lines[-1] if lines else 'without a word'}")
        return None
    try:
        return json.loads(done.stdout)
    except ValueError:
        say(f"  {words[0]} printed no JSON")
        return None


def alternate(contenders, rounds):
    """contenders: name to a function that gives {row: tokens a second} or None. Runs A B A B …;
    returns row to name to the list of rates, one a round (None where a run failed)."""
    rates = {}
    for turn in range(rounds):
        for name, measure in contenders.items():
            found = measure() or {}
            for row, rate in found.items():
                rates.setdefault(row, {}).setdefault(name, [None] * rounds)[turn] = rate
    return rates


def ratios(ours, theirs):
    """Pair by pair, of the rounds in which both ran."""
    return [a / b for a, b in zip(ours, theirs) if a and b]


def spread(values):
    """"1.32 (1.21–1.40)": the median, and the least and most; "–" for none."""
    if not values:
        return "–"
    return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


def rate(values):
    """The median rate, as people read it."""
    known = [v for v in values if v]
    if not known:
        return "–"
    middle = statistics.median(known)
    return f"{middle:.{max(0, 2 - int(math.log10(middle)))}f}" if middle >= 1 else f"{middle:.2f}"
