# SPDX-License-Identifier: MIT
"""`qx sample` against the reference cases, and what it says of chains that make no sense."""
import json
import struct
import tempfile
from pathlib import Path

from program import Checks, data_root, qx, skip

TOLERANCE = 1e-5


def close(a, b):
    return abs(a - b) <= TOLERANCE * b


def agrees(got, case):
    """Survivors equal; of the listed tokens each has its probability, where two tie either may stand."""
    if got["survivors"] != case["survivors"]:
        return f"{got['survivors']} survivors instead of {case['survivors']}"
    if len(got["top"]) != min(40, case["survivors"]):
        return f"{len(got['top'])} tokens shown"
    mine = dict(map(tuple, got["top"]))
    for (_, probability), (token, wanted) in zip(got["top"], case["top"]):
        if not close(probability, wanted) or not close(mine.get(token, probability), wanted):
            return f"token {token}: {mine.get(token)} instead of {wanted}"
    ranks = [(-probability, token) for token, probability in got["top"]]
    return "" if ranks == sorted(ranks) else "not by likelihood and id"


def reference_cases(checks, root):
    samplers = root / "samplers"
    told = json.loads((samplers / "cases.json").read_text(encoding="utf-8"))
    history = " ".join(map(str, told["history"]))
    for case in told["cases"]:
        what = f"{case['logits']}: {case['chain']}"
        run = qx("sample", "--logits", samplers / f"{case['logits']}.logits.f32", "--chain", case["chain"],
                 "--history", history, "--json")
        checks.works(run, what)
        wrong = agrees(json.loads(run.out), case) if run.code == 0 else "failed"
        checks.that(not wrong, f"{what}: {wrong}")
    return len(told["cases"])


def write_logits(folder, name, values):
    path = Path(folder) / name
    path.write_bytes(struct.pack(f"<{len(values)}f", *values))
    return path


def refusals(checks, folder):
    good = write_logits(folder, "good.f32", [0.5, 2.0, -1.0, 3.0])
    for chain, column, words in [
            ("top_q=3", 1, "there is no rule 'top_q'"),
            ("top_k=40; temperature=-1", 23, "a number of at least 0"),
            ("top_k=x", 7, "'x' is no k of 'top_k'"),
            ("top_k=2.5", 7, "a whole number"),
            ("top_p=1.5", 7, "a number from 0 to 1"),
            ("top_p=nan", 7, "'nan' is no p"),
            ("min_p=0.1 keep=3", 11, "'min_p' has no argument 'keep'"),
            ("draw; top_k=3", 7, "nothing can follow 'draw'"),
            ("top_k(k=3", 6, "is not closed"),
            ("top_k=3) top_p=1", 8, "')' where the rule should end"),
            ("logit_bias 4:1", 12, "there is no token 4"),
            ("logit_bias x", 12, "write ID:NUMBER"),
            ("penalties=3", 1, "takes no value of its own")]:
        run = qx("sample", "--logits", good, "--chain", chain)
        checks.refuses(run, 2, [f"column {column}:", words], chain)
    nan, infinity = float("nan"), float("inf")
    for values, words in [([1.0, nan], "token 1 is not a number"), ([infinity, 1.0], "token 0 is infinite"),
                          ([-infinity, -infinity], "every logit is -infinity")]:
        checks.refuses(qx("sample", "--logits", write_logits(folder, "bad.f32", values)), 1, words, str(values))
    odd = Path(folder) / "odd.f32"
    odd.write_bytes(b"12345")
    checks.refuses(qx("sample", "--logits", odd), 1, "5 bytes", "half a number")
    checks.refuses(qx("sample", "--logits", good, "--history", "4"), 1, "ids of this model are 0 to 3", "a foreign id")
    checks.refuses(qx("sample", "--logits", good, "--chain", "logit_bias 0:-inf 1:-inf 2:-inf 3:-inf"), 1,
                   ["'logit_bias 0:-inf", "no token to draw"], "nothing left")


def shown(checks, folder):
    logits = write_logits(folder, "shown.f32", [0.0, 5.0, 4.0, 1.0, 4.5])
    run = checks.works(qx("sample", "--logits", logits, "--chain", "top_k=3; temperature=0.5; draw"), "a chain")
    text = run.out.decode()
    checks.that("removes 2" in text and "3 left" in text, "what a rule removed", run)
    for arguments in (["--chain", "top_k = 2"], ["--chain", "top-k(k=2)"], ["--chain", "top_k k=2;;"]):
        run = checks.works(qx("sample", "--logits", logits, *arguments, "--json"), arguments[1])
        checks.that(json.loads(run.out)["survivors"] == 2, f"{arguments[1]} is top_k=2", run)
    run = checks.works(qx("sample", "--logits", logits, "--draws", 4000, "--chain", "", "--json"), "draws")
    told = json.loads(run.out)
    for token, times in told["drawn"]:
        mean = 4000 * dict(map(tuple, told["top"]))[token]
        # Five deviations of a binomial distribution: one run in 1.7 million is outside.
        checks.that(abs(times - mean) <= 5 * mean**0.5 + 1, f"token {token} drawn {times} times, {mean} expected", run)
    checks.that(sum(times for _, times in told["drawn"]) == 4000, "every draw is counted", run)


if __name__ == "__main__":
    all_checks = Checks()
    with tempfile.TemporaryDirectory() as scratch:
        refusals(all_checks, scratch)
        shown(all_checks, scratch)
    if data_root() is not None:
        count = reference_cases(all_checks, data_root())
        all_checks.that(count == 69, "all the cases are there")
    elif not all_checks.failed:
        skip()
    all_checks.finish()
