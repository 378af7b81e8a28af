#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What `qx generate` writes, and where: text, prompts, seeds, threads, instruction sets, Ctrl-C."""
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from program import HOSTILE, PROGRAM, ROOT, Checks, data_root, qx, skip

SOUND = HOSTILE / "llama" / "sound.gguf"


def tables():
    """Names of the instruction sets that run here."""
    lines = qx("arch").out.decode().splitlines()
    return [line.split()[0] for line in lines if "lacks" not in line]


def greedy_text(check, data):
    model = data / "models" / "stories260K-f32.gguf"
    wanted = (data / "oracle" / "stories260K-greedy.txt").read_bytes()
    for table in tables():
        run = check.works(qx("generate", "-m", model, "--temp", 0, "-n", 200, "--no-stats", "--arch", table), table)
        check.that(run.out == wanted, f"the greedy text on {table} is the reference's, to the byte", run)
        check.that(run.err == "", "--no-stats leaves the standard error empty", run)


def seeds_and_threads(check, data):
    model = data / "models" / "stories260K-q8_0.gguf"
    common = ("generate", "-m", model, "-p", "One day", "-n", 100, "--temp", 1.2, "--no-stats")
    first = check.works(qx(*common, "--seed", 5, "-t", 1), "a seed")
    for threads in (1, 2, 3, 7):
        run = qx(*common, "--seed", 5, "-t", threads)
        check.that(run.out == first.out, f"the same seed writes the same with {threads} threads", run)
    others = {qx(*common, "--seed", seed).out for seed in range(6, 12)} | {first.out}
    check.that(len(others) == 7, "another seed writes another text")
    check.that(first.out.startswith(b"One day"), "the prompt comes first", first)


def given_seed_repeats(check, data):
    """The seed that the statistics name writes the same text again."""
    model = data / "models" / "stories260K-q8_0.gguf"
    run = check.works(qx("generate", "-m", model, "-n", 50), "no seed")
    seed = re.search(r"seed (\d+)", run.err)
    check.that(seed is not None, "the statistics name the seed", run)
    if seed:
        again = qx("generate", "-m", model, "-n", 50, "--seed", seed[1])
        check.that(again.out == run.out, "a seed that was chosen can be given", again)


def statistics(check, data):
    model = data / "models" / "stories260K-f32.gguf"
    run = check.works(qx("generate", "-m", model, "-p", "Once", "-n", 20, "-t", 1, "--arch", "baseline"), "statistics")
    for words in ("load ", "prefill ", "decode 20 tokens", "tokens/s", " MB ", "seed ", "1 thread baseline"):
        check.that(words in run.err, f"the statistics say '{words}'", run)
    lines = [line for line in run.err.splitlines() if line]
    check.that(len(lines) == 1, "they are one line", run)


def prompts(check, data):
    model = data / "models" / "stories260K-f32.gguf"
    common = ("generate", "-m", model, "--temp", 0, "-n", 30, "--no-stats")
    said = check.works(qx(*common, "-p", "Once upon a time"), "a prompt")
    piped = check.works(qx(*common, "-p", "-", stdin=b"Once upon a time"), "a prompt from the standard input")
    check.that(said.out == piped.out and len(said.out) > 40, "-p - reads the same prompt", piped)
    check.that(qx(*common, "-p", "Once", "-n", 0).out == b"Once", "-n 0 writes the prompt alone")
    for text in ("[INST] a [/INST]", "--help", "-5", "{a}", "a,b", "'\"", "über 猫"):
        run = check.works(qx(*common, "-p", text), f"the prompt {text}")
        check.that(run.out.startswith(text.encode()), f"the prompt {text} comes first, unchanged", run)
    raw = check.works(qx(*common, "-p", "-", stdin=b"caf\xe9 \xff"), "a prompt that is not UTF-8")
    check.that(raw.out.startswith(b"caf\xe9 \xff"), "its bytes are written as they are", raw)


def ends(check, data):
    """The bundled end of text is respected unless told otherwise."""
    model = data / "models" / "stories260K-f32.gguf"
    common = ("generate", "-m", model, "--temp", 0, "-n", 480)
    usual = check.works(qx(*common), "to the end")
    longer = check.works(qx(*common, "--ignore-eos"), "--ignore-eos")
    count = [int(re.search(r"decode (\d+) token", run.err)[1]) for run in (usual, longer)]
    check.that(count[0] <= count[1] == 480, f"--ignore-eos goes on ({count[0]} and {count[1]} tokens)", longer)


def interrupt(check):
    """Ctrl-C ends a long text: what is there stays, the exit code is 0."""
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "model.gguf"
        check.works(qx("synth", "llama-134m:q8_0", model), "synth")
        words = [str(PROGRAM), "generate", "-m", str(model), "-p", "x", "-n", "100000", "--ctx", "100000", "--ignore-eos"]
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            first = process.stdout.read(1)
            time.sleep(0.3)
            process.send_signal(signal.SIGINT)
            try:
                out, err = process.communicate(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
                out, err = process.communicate()
        check.that(process.returncode == 0, f"Ctrl-C is no failure: {process.returncode} {err[:300]!r}")
        check.that(first == b"x" and b"stopped" in err, f"the text stays, the statistics say why it ended: {err[:300]!r}")


def one_character_at_a_time(check):
    """Bytes of a character are written together, whatever the model says: a synthetic one says noise."""
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "model.gguf"
        check.works(qx("synth", "test:f32", model), "synth")
        run = check.works(qx("generate", "-m", model, "-p", "é", "-n", 200, "--temp", 2, "--seed", 1, "--top-k", 0), "noise")
        check.that(run.out.startswith("é".encode()), "it goes on from its prompt", run)


def bundled_model(check):
    """With no -m: beside the installed program, wherever that is and whoever asks from where."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder).resolve()
        (here / "bin").mkdir()
        (here / "share" / "qx").mkdir(parents=True)
        shutil.copy(PROGRAM, here / "bin" / "qx")
        shutil.copy(SOUND, here / "share" / "qx" / "tiny.gguf")
        (here / "link").symlink_to(here / "bin" / "qx")
        for program in (here / "bin" / "qx", here / "link"):
            done = subprocess.run([program, "inspect", "--json"], cwd="/", capture_output=True, timeout=60, check=False)
            check.that(str(here / "share" / "qx" / "tiny.gguf").encode() in done.stdout, f"{program}: {done.stderr!r}")
    if (ROOT / "models" / "tiny" / "tiny.gguf").exists():
        run = check.works(qx("generate", "-p", "Once upon a time", "-n", 40, "--temp", 0, "--no-stats"), "the bundled model")
        check.that(len(run.out) > 60, "the bundled model writes", run)


def closed_pipe(check):
    """A reader that has enough ends the program without a word."""
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run([str(PROGRAM), "generate", "-m", str(SOUND), "-p", "a", "-n", "5"], stdout=write,
                              stderr=subprocess.PIPE, timeout=60, check=False)
    finally:
        os.close(write)
    check.that(done.returncode != 0 and b"terminate" not in done.stderr, f"a closed pipe: {done.returncode} {done.stderr!r}")


if __name__ == "__main__":
    CHECK = Checks()
    for part in (interrupt, one_character_at_a_time, bundled_model, closed_pipe):
        part(CHECK)
    DATA = data_root()
    if DATA is None:
        if CHECK.failed:
            CHECK.finish()
        skip()
    for part in (greedy_text, seeds_and_threads, given_seed_repeats, statistics, prompts, ends):
        part(CHECK, DATA)
    CHECK.finish()
