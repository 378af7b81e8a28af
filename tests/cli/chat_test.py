#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""qx chat: conversations through a pipe and in a terminal."""
import json
import os
import pty
import re
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
    # /reset forgets for the penalties, too: the answer is that of a new conversation.
    done = qx("chat", "-n", "12", "--chain", "penalties last_n=4096 repeat=1.9; greedy",
              stdin=b"A fox\n/reset\nA fox\n")
    half = done.out[:len(done.out) // 2]
    check.that(done.code == 0 and half and done.out == 2 * half, "after /reset the same answer comes", done)
    broken = folder / "broken.json"
    for text, words in (("[", "line 1 column 2"), ("{}", "looks like"), ('[{"role": 1}]', "message 1: a list"),
                        ('[{"role": "user", "content": "\\ud800"', "surrogate"), ("[] x", "line 1 column 4"),
                        ('[{"role": "<|end|>", "content": ""}]', "looks like"), ("[" * 300, "too deep")):
        broken.write_text(text)
        done = pipe(f"/load {broken}\n")
        check.that(done.code == 0 and words in done.err, f"a broken file is refused: {text}", done)
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


def grammars(check):
    done = pipe("One?\nTwo?\nThree?\n", "--grammar", 'root ::= "yes" | "no"')
    answers = done.out.decode().split()
    check.that(len(answers) == 3 and set(answers) <= {"yes", "no"}, "each answer follows the grammar anew", done)


def full_context(check):
    done = pipe("one two three four five six seven eight nine ten\n", "--ctx", "8")
    check.that(done.code == 1 and "the context holds 8" in done.err and "/reset" in done.err,
               "a question too long says so", done)
    done = pipe("A fox\n", "--ctx", "10", "-n", "100")
    check.that(done.code == 0 and "The context of 10 tokens is full" in done.err, "a full context says so", done)


class Terminal:
    """The program in a terminal of its own."""

    def __init__(self, *options):
        self.child, self.screen = pty.fork()
        if self.child == 0:
            os.execv(PROGRAM, [str(PROGRAM), "chat", "-t", "1", "--seed", "1", *options])
        self.rest = b""  # what came after the text last waited for

    def type(self, text):
        os.write(self.screen, text)

    def wait_for(self, pattern, seconds=60):
        """The first match in what has not been waited for yet, or None when none comes in time."""
        end = time.monotonic() + seconds
        while not (found := re.search(pattern, self.rest)) and time.monotonic() < end:
            if select.select([self.screen], [], [], 0.1)[0]:
                try:
                    self.rest += os.read(self.screen, 65536)
                except OSError:
                    break
        self.rest = self.rest[found.end():] if found else self.rest
        return found

    def ask(self, text, pattern):
        """Types the text until what it asks for comes: a Ctrl-C on its way may have dropped the line."""
        for _ in range(20):
            self.type(text)
            if found := self.wait_for(pattern, 3):
                return found


def terminal(check):
    shown = Terminal()
    check.that(shown.wait_for(b"/help for commands") and shown.wait_for(b"> "), "a terminal is greeted")
    check.that(shown.ask(b"half a line\x03", b"Ctrl-D or /quit leaves"), "Ctrl-C drops a line and stays")
    check.that(shown.ask(b"/stats\r", b"prefill 0 tokens"), "the dropped line was not asked")
    check.that(leaves(shown.child, shown.screen), "Ctrl-D leaves")


def interrupted(check, folder):
    """Ctrl-C while an answer is being written: it stops, and what was said is still known."""
    endless = ("--chain", "logit_bias 2:-inf; temperature=0.8; draw", "--ctx", "4096", "-n", "3000")
    shown = Terminal(*endless)
    shown.wait_for(b"/help for commands"), shown.wait_for(b"> ")
    for attempt in range(5):  # a busy machine may write it all before the key is typed
        shown.type(b"A fox\r")
        shown.wait_for(b"[a-z]+ [a-z]+ [a-z]+")  # of the answer, which has begun
        shown.type(b"\x03")
        written = shown.ask(b"/stats\r", rb" decode (\d+) tokens in ")
        check.that(written, "the session goes on")
        if stopped := 0 < int(written[1]) < 3000:
            break
        shown.ask(b"/reset\r", b"Forgotten")
    check.that(stopped, "Ctrl-C stops an answer")
    kept = folder / "interrupted.json"
    shown.type(f"/save {kept}\r".encode())
    check.that(shown.wait_for(b"Kept in"), "what was said can be kept")
    said = json.loads(kept.read_text())[-2:]
    check.that(said[0]["content"] == "A fox" and said[1]["role"] == "assistant" and said[1]["content"],
               "the part of the answer that was written is kept")
    check.that(leaves(shown.child, shown.screen), "Ctrl-D leaves after Ctrl-C")


def leaves(child, screen, seconds=60):
    """Whether Ctrl-D ends the program with success. One that comes before the program waits for keys
    is no end of input but a character: Ctrl-U takes it away, and it is typed again until it is read."""
    end, again, keys = time.monotonic() + seconds, 0.0, b"\x04"
    while (status := os.waitpid(child, os.WNOHANG))[0] == 0 and time.monotonic() < end:
        try:
            if time.monotonic() > again:
                os.write(screen, keys)
                again, keys = time.monotonic() + 2, b"\x15\x04"
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
        grammars(all_checks)
        full_context(all_checks)
        interrupted(all_checks, Path(scratch))
    terminal(all_checks)
    all_checks.finish()
