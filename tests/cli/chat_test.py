#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""qx chat: conversations through a pipe and in a terminal."""
import json
import os
import pty
import select
import tempfile
import time
from pathlib import Path

from program import PROGRAM, Checks, qx


def pipe(text, *options):
    return qx("chat", "--temp", "0", "-n", "12", *options, stdin=text.encode())


def conversation(check):
    done = pipe("Once upon a time\n/stats\nThen\n/stats\n")
    check.that(done.code == 0, "a conversation through a pipe ends well", done)
    check.that(len(done.out.strip()) > 10 and b"> " not in done.out, "answers and no prompts", done)
    counts = [int(line.split()[1]) for line in done.err.splitlines() if line.startswith("prefill")]
    check.that(len(counts) == 2 and counts[1] < 8, "only new tokens are prefilled", done)
    again = pipe("Once upon a time\nThen\n")
    check.that(again.out == done.out, "the same answers again", again)


def commands(check, folder):
    kept = folder / "kept.json"
    done = pipe(f"/system Be kind.\nA fox\n/save {kept}\n/reset\n/load {kept}\n/nothing\n/quit\nnever\n")
    check.that(done.code == 0, "commands end well", done)
    messages = json.loads(kept.read_text())
    check.that([m["role"] for m in messages] == ["system", "user", "assistant"], "a file of three messages", done)
    check.that(messages[1]["content"] == "A fox", "the question is in the file", done)
    check.that("3 messages." in done.err and "no command /nothing" in done.err, "notes are said", done)
    broken = folder / "broken.json"
    for text in ("[", "{}", '[{"role": 1}]', '[{"role": "user", "content": "\\ud800"', "[] x"):
        broken.write_text(text)
        done = pipe(f"/load {broken}\n")
        check.that(done.code == 0 and "byte " in done.err, f"a broken file is refused: {text}", done)
    done = pipe(f"/load {folder / 'absent'}\n/save\n")
    check.that(done.code == 0 and "absent" in done.err, "an absent file is named", done)


def templates(check, folder):
    own = folder / "own.jinja"
    own.write_text("{{ bos_token }}{{ messages[-1].content }}")
    check.that(pipe("A fox\n", "--template", own).code == 0, "a template from a file")
    own.write_text("\n{% for i in range(1000000000) %}{% endfor %}")
    done = pipe("A fox\n", "--template", own)
    check.that(done.code == 1 and "line 2 of the template" in done.err, "a template that loops is stopped", done)
    own.write_text("{% if %}")
    done = pipe("A fox\n", "--template", own)
    check.that(done.code == 1 and "line 1 of the template" in done.err, "a broken template is refused", done)
    done = pipe("A fox\n", "--template", "made-up")
    check.that(done.code == 2 and "chatml" in done.err, "an unknown template lists those there are", done)


def full_context(check):
    done = pipe("one two three four five six seven eight nine ten\n", "--ctx", "8")
    check.that(done.code == 1 and "the context holds 8" in done.err and "/reset" in done.err,
               "a question too long says so", done)
    done = pipe("A fox\n", "--ctx", "10", "-n", "100")
    check.that(done.code == 0 and "The context of 10 tokens is full" in done.err, "a full context says so", done)


def terminal(check):
    child, screen = pty.fork()
    if child == 0:
        os.execv(PROGRAM, [str(PROGRAM), "chat", "-t", "1", "--seed", "1"])

    rest = []  # what came after the text last waited for

    def wait_for(text, seconds=60):
        seen, end = rest.pop() if rest else b"", time.monotonic() + seconds
        while text not in seen and time.monotonic() < end:
            if select.select([screen], [], [], 0.1)[0]:
                try:
                    seen += os.read(screen, 65536)
                except OSError:
                    break
        rest.append(seen.partition(text)[2])
        return text in seen

    check.that(wait_for(b"/help for commands") and wait_for(b"> "), "a terminal is greeted")
    # One that comes before the program waits for keys is answered at the next: it may take several.
    for _ in range(20):
        os.write(screen, b"half a line\x03")
        if dropped := wait_for(b"Ctrl-D or /quit leaves", 3):
            break
    check.that(dropped, "Ctrl-C drops a line and stays")
    os.write(screen, b"/stats\r")
    check.that(wait_for(b"prefill 0 tokens"), "the dropped line was not asked")
    check.that(leaves(child, screen), "Ctrl-D leaves")


def leaves(child, screen, seconds=60):
    """Whether Ctrl-D ends the program with success. One that comes before the program waits for keys
    is no end of input but a character, so it is typed again until it is read."""
    end, again = time.monotonic() + seconds, 0.0
    while (status := os.waitpid(child, os.WNOHANG))[0] == 0 and time.monotonic() < end:
        try:
            if time.monotonic() > again:
                os.write(screen, b"\x04")
                again = time.monotonic() + 2
            if select.select([screen], [], [], 0.1)[0]:
                os.read(screen, 65536)
        except OSError:  # the program has closed its side
            time.sleep(0.1)
    return status == (child, 0)


if __name__ == "__main__":
    all_checks = Checks()
    with tempfile.TemporaryDirectory() as scratch:
        conversation(all_checks)
        commands(all_checks, Path(scratch))
        templates(all_checks, Path(scratch))
        full_context(all_checks)
    terminal(all_checks)
    all_checks.finish()
