# SPDX-License-Identifier: MIT
"""`qx generate` with grammars, schemas, stops and probabilities."""
import json
import math
import tempfile
from pathlib import Path

from program import Checks, data_root, qx, skip

SCHEMA = """{"type": "object", "properties": {"name": {"type": "string", "maxLength": 8},
  "age": {"type": "integer", "minimum": 3, "maximum": 120}, "kind": {"enum": ["cat", "dog"]}},
  "required": ["name", "age", "kind"]}"""


def constrained(checks, common):
    for seed in range(6):
        run = checks.works(qx(*common, "-n", 300, "--seed", seed, "--temp", 1.5, "--json-schema", SCHEMA), "a schema")
        told = json.loads(run.out)
        checks.that(len(told["name"]) <= 8 and 3 <= told["age"] <= 120 and told["kind"] in ("cat", "dog"),
                    f"seed {seed} fits the schema", run)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.gbnf"
        path.write_text('root ::= item (", " item){2}\nitem ::= "red" | "blue" # two colours\n', encoding="utf-8")
        run = checks.works(qx(*common, "--grammar", path, "--seed", 3), "a grammar in a file")
    words = run.out.decode().split(", ")
    checks.that(len(words) == 3 and set(words) <= {"red", "blue"}, "the text follows the grammar", run)


def refusals(checks, common):
    for option, text, words in [
            ("--grammar", 'root ::= root "a" | "b"', "left recursion"),
            ("--grammar", 'root ::= "a" root', "no alternative that ends"),
            ("--grammar", "root ::= [a", "line 1 column 10"),
            ("--json-schema", '{"items": {"uniqueItems": true}}', "at /items/uniqueItems: the keyword"),
            ("--json-schema", "{", "the JSON, line 1")]:
        checks.refuses(qx(*common, option, text), 1, words, f"{option} {text}")
    checks.refuses(qx(*common, "--chain", "top_k=3", "--temp", 0.5), 2, "leave out --temp", "a chain and its parts")
    checks.refuses(qx(*common, "--chain", "temp=-1"), 2, "column 6", "a negative temperature")


def observed(checks, common):
    arguments = (*common, "-p", "One day", "-n", 30, "--seed", 4)
    text = checks.works(qx(*arguments), "text").out.decode()
    run = checks.works(qx(*arguments, "--json", "--logprobs", 5), "JSON")
    lines = [json.loads(line) for line in run.out.splitlines()]
    checks.that("One day" + "".join(line["text"] for line in lines) == text, "the same text, token by token", run)
    for line in lines:
        tops = [other["logprob"] for other in line["top"]]
        checks.that(len(tops) == 5 and tops == sorted(tops, reverse=True) and max(tops) >= line["logprob"] - 1e-6
                    and sum(map(math.exp, tops)) <= 1 + 1e-5, f"probabilities of token {line['index']}", run)
    middle = text[12:20]
    run = checks.works(qx(*arguments, "--stop", middle, "--stop", "no such text"), "a stop")
    checks.that(run.out.decode() == text[:text.index(middle, 7)], "the text ends before the stop", run)


if __name__ == "__main__":
    data = data_root()
    if data is None:
        skip()
    all_checks = Checks()
    base = ("generate", "-m", data / "models" / "stories260K-f32.gguf", "--no-stats")
    constrained(all_checks, base)
    refusals(all_checks, base)
    observed(all_checks, base)
    all_checks.finish()
