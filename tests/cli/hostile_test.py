#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bad input: each file, prompt and option gets one sentence and an exit code, and little memory."""
import tempfile
from pathlib import Path

from program import HOSTILE, Checks, qx

SOUND = HOSTILE / "llama" / "sound.gguf"
FAILED, MISUSED = 1, 2


def expected(folder):
    for line in (folder / "expected.txt").read_text(encoding="utf-8").splitlines():
        yield line.split("\t")


def broken_files(check):
    """Not even a GGUF file: no command gets anywhere with it."""
    for name, words in expected(HOSTILE):
        path = HOSTILE / "files" / name
        for run in (qx("inspect", path, limited=True), qx("generate", "-m", path, limited=True),
                    qx("tokenize", "-m", path, limited=True), qx("bench", "-m", path, limited=True),
                    qx("quantize", path, "/dev/null/x", "q8_0", limited=True)):
            check.refuses(run, FAILED, words, name)


def impossible_llamas(check):
    """Sound files that are no llama: inspect shows them, nothing else runs them."""
    for name, words in expected(HOSTILE / "llama"):
        path = HOSTILE / "llama" / name
        check.refuses(qx("generate", "-m", path, "-p", "a", "-n", 4, "--no-stats", limited=True), FAILED, words, name)
        check.works(qx("inspect", path, limited=True), f"inspect {name}")


def every_command(check, path, name):
    """What a model is for, whatever its architecture."""
    with tempfile.TemporaryDirectory() as folder:
        text, half, packed = Path(folder) / "text.txt", Path(folder) / "half.gguf", Path(folder) / "half.qxpack"
        text.write_text("ab" * 40)
        check.works(qx("logits", "-m", path, "--tokens", "1 3 4", "-o", Path(folder) / "out", limited=True), f"logits {name}")
        check.works(qx("perplexity", "-m", path, "-f", text, "--ctx", 8, limited=True), f"perplexity {name}")
        check.works(qx("quantize", path, half, "f16", limited=True), f"quantize {name}")
        check.works(qx("pack", "-m", half, "-o", packed, limited=True), f"pack {name}")
        again = qx("generate", "-m", half, f"--pack-cache={packed}", "-p", "a", "-n", 4, "--no-stats", limited=True)
        check.works(again, f"generate quantised {name}")
        check.that("made anew" not in again.err, f"the cache of {name} serves", again)


def other_models(check):
    """Architectures beside the plain llama: sound ones run, the others get a sentence."""
    for name, words in expected(HOSTILE / "others"):
        path = HOSTILE / "others" / name
        run = qx("generate", "-m", path, "-p", "a", "-n", 4, "--no-stats", limited=True)
        if words:
            check.refuses(run, FAILED, words, name)
        else:
            check.works(run, name)
            check.works(qx("bench", "-m", path, "-p", 4, "-n", 2, "-r", 1, limited=True), f"bench {name}")
            every_command(check, path, name)
        check.works(qx("inspect", path, limited=True), f"inspect {name}")


def truncated_anywhere(check):
    """A sound file, cut at every place."""
    whole = SOUND.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder) / "part.gguf"
        for size in range(0, len(whole) - 1, 97):
            part.write_bytes(whole[:size])
            run = qx("generate", "-m", part, "-p", "a", "-n", 1, "--no-stats", limited=True)
            check.refuses(run, FAILED, str(part), f"cut to {size} bytes")


def bad_paths(check):
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        check.refuses(qx("generate", "-m", here / "none.gguf"), FAILED, ["none.gguf", "No such file"], "no file")
        check.refuses(qx("generate", "-m", here), FAILED, "Is a directory", "a folder")
        check.refuses(qx("inspect", "/dev/null"), FAILED, "/dev/null", "a device")
        check.refuses(qx("generate", "-m", ""), FAILED, "cannot open", "an empty name")
        check.refuses(qx("quantize", SOUND, here / "no" / "out.gguf", "f16"), FAILED, "No such file", "no folder")
        check.refuses(qx("synth", "test:f32", here / "no" / "out.gguf"), FAILED, "No such file", "synth, no folder")
        check.refuses(qx("logits", "-m", SOUND, "--tokens", "1", "-o", here), FAILED, str(here), "logits, a folder")
        check.that(not list(here.iterdir()), "nothing is left behind where nothing could be written")


def bad_options(check):
    g = ["generate", "-m", SOUND]
    for option, value, words in (
            ("-n", "-1", "whole number from 0"), ("-n", "x", "'x'"), ("-n", "1.5", "'1.5'"), ("-n", "", "''"),
            ("-n", "99999999999999999999", "whole number"), ("--temp", "-0.5", "number from 0 up"),
            ("--temp", "nan", "'nan'"), ("--temp", "inf", "'inf'"), ("--top-p", "1.5", "number from 0 to 1"),
            ("--top-p", "-1", "number from 0 to 1"), ("--min-p", "2", "number from 0 to 1"),
            ("--top-k", "-3", "whole number from 0"), ("--seed", "-1", "whole number"), ("-t", "0", "from 1 to 1024"),
            ("-t", "-2", "from 1 to 1024"), ("--ctx", "0", "from 1"), ("--ctx", "-8", "from 1"),
            ("--arch", "z80", ["'z80'", "baseline"])):
        check.refuses(qx(*g, option, value), MISUSED, [words] if isinstance(words, str) else words, f"{option} {value}")
    check.refuses(qx(*g, "--what"), MISUSED, "'--what'", "an unknown option")
    check.refuses(qx(*g, "-t", "2", "-p"), MISUSED, "--prompt", "an option without its value")
    check.refuses(qx("genrate"), MISUSED, "'genrate'", "an unknown command")
    check.refuses(qx(*g, "-p", "a", QX_ARCH="z80"), MISUSED, ["QX_ARCH", "'z80'", "baseline"], "QX_ARCH")
    check.refuses(qx("quantize", SOUND), MISUSED, "OUT", "quantize without OUT")
    check.refuses(qx("quantize", SOUND, "/tmp/x", "q9_9"), MISUSED, ["'q9_9'", "Q4_0"], "quantize to no type")
    check.refuses(qx("quantize", SOUND, "/tmp/x", "i32"), MISUSED, ["'i32'", "Q4_0"], "quantize to integers")
    check.refuses(qx("bench", "--synthetic", "x:q4_0"), MISUSED, ["'x'", "tinyllama-1.1b"], "bench of no shape")
    check.refuses(qx("bench", "--synthetic", "test:q9"), MISUSED, ["'q9'", "q4_0"], "bench of no type")
    check.refuses(qx("bench", "--synthetic", "test"), MISUSED, "SHAPE:TYPE", "bench of half a kind")
    check.refuses(qx("bench", "--synthetic", "test:f32", "-p", 0, "-n", 0), MISUSED, "nothing to measure", "an empty bench")
    check.refuses(qx("bench", "--synthetic", "test:f32", "-r", 0), MISUSED, "from 1", "bench of no repetitions")
    check.refuses(qx("bench", "-m", SOUND, "--synthetic", "test:f32"), MISUSED, "exclude", "bench of two models")
    check.refuses(qx("synth", "test:f32", "/dev/null/x"), FAILED, "/dev/null/x", "synth into a device")


def bad_tokens(check):
    def logits(ids, out="/dev/null/x"):
        return qx("logits", "-m", SOUND, "--tokens", ids, "-o", out)
    check.refuses(logits("1 8"), FAILED, ["token 1 is 8", "0 to 7"], "an id outside the vocabulary")
    check.refuses(logits("1 99999999999"), MISUSED, "'99999999999'", "an id that no integer holds")
    check.refuses(logits("-1"), MISUSED, "'-1'", "a negative id")
    check.refuses(logits("one"), MISUSED, "'one'", "a word for an id")
    check.refuses(logits(""), MISUSED, "empty", "no ids")
    check.refuses(logits(" ".join(["1"] * 17)), FAILED, ["17", "16"], "more ids than the context holds")
    check.refuses(qx("logits", "-m", SOUND), MISUSED, "--tokens", "logits without ids")
    check.refuses(qx("detokenize", "-m", SOUND, stdin=b"1 900"), FAILED, ["900", "0 to 7"], "detokenize")
    check.refuses(qx("detokenize", "-m", SOUND, stdin=b"1 \x1b[2J"), MISUSED, "\\u001b", "control characters")


def long_prompts(check):
    run = qx("generate", "-m", SOUND, "-p", "a" * 40, limited=True)
    check.refuses(run, FAILED, ["16", "--ctx"], "a prompt longer than the context")
    check.refuses(qx("generate", "-m", SOUND, "-p", "-", stdin=b"b" * 100000), FAILED, "--ctx", "a long prompt from stdin")
    full = qx("generate", "-m", SOUND, "-p", "a", "-n", 100, "--ignore-eos", "--temp", 0)
    check.works(full, "a text that fills the context")
    check.that("the context is full" in full.err, "it says that the context is full", full)


if __name__ == "__main__":
    CHECK = Checks()
    for part in (broken_files, impossible_llamas, other_models, truncated_anywhere, bad_paths, bad_options, bad_tokens, long_prompts):
        part(CHECK)
    CHECK.finish()
