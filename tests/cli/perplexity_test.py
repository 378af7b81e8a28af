#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""qx perplexity, and what the program writes for man and for shells."""
import re
import subprocess
import tempfile
from pathlib import Path

from program import Checks, qx


def perplexity(check, folder):
    text, kept = folder / "text.txt", folder / "kept.logits"
    text.write_text("Once upon a time there was a little fox. He lived in a green forest.\n" * 20)
    done = qx("perplexity", "-f", text, "--ctx", 64, "--save-logits", kept)
    check.that(done.code == 0 and done.err == "", "a text is scored, quietly in a pipe", done)
    said = re.match(rb"perplexity ([0-9.]+) \xc2\xb1 [0-9.]+ \((\d+) tokens in (\d+) chunks of 64\)\n$", done.out)
    check.that(said is not None and float(said[1]) > 1 and int(said[2]) == 31 * int(said[3]), "the line says all", done)
    same = qx("perplexity", "--kl-base", kept)
    # The file has 16 bits a logarithm.
    check.that(same.out.startswith(done.out) and re.search(rb"divergence -?0\.0000", same.out) is not None
               and b"token 100.000 %" in same.out, "a model does not differ from itself", same)
    kept.write_bytes(kept.read_bytes()[:-1])
    check.refuses(qx("perplexity", "--kl-base", kept), 1, "bytes, which is not what", "a cut file")
    check.refuses(qx("perplexity"), 2, "-f TEXT", "nothing to score")
    check.refuses(qx("perplexity", "-f", text, "--ctx", 2000), 2, "less than a chunk", "chunks too long")
    text.write_text("short")
    check.refuses(qx("perplexity", "-f", text), 2, "less than a chunk", "a short text")


def references(check):
    man, bash, zsh = qx("--man"), qx("--completion-bash"), qx("--completion-zsh")
    for run in (man, bash, zsh):
        check.that(run.code == 0 and b"perplexity" in run.out and run.err == "", "references are written", run)
    check.that(rb"\-\-kl\-base FILE" in man.out and b"--kl-base" in bash.out and b"--kl-base[" in zsh.out,
               "they know the options of commands", man)
    script = bash.out.decode() + "\nCOMP_WORDS=(qx chat --te); COMP_CWORD=2; _qx; echo ${COMPREPLY[@]}\n"
    done = subprocess.run(["bash", "-c", script], capture_output=True, check=False)
    check.that(done.stdout.split() == [b"--template", b"--temp"], "bash completes an option")


if __name__ == "__main__":
    all_checks = Checks()
    with tempfile.TemporaryDirectory() as scratch:
        perplexity(all_checks, Path(scratch))
    references(all_checks)
    all_checks.finish()
