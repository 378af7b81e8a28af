#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Documentation quotes compiled code: each ```cpp block of README.md and docs/guide/*.md stands,
to the letter, between `// [name]` and `// [/name]` in a file of tests/docs/snippets or of
tests/consumer. Of a table under `<!-- table: name -->` each piece of code in the last column does.

usage: check_snippets.py [--update]

The line over a block says which one it is: `<!-- snippet: name -->`. A block that is quoted from
nowhere has `<!-- not compiled: REASON -->` there. --update writes the code into the documents.
"""
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [*sorted((ROOT / "tests" / "docs" / "snippets").glob("*.cpp")),
           *sorted((ROOT / "tests" / "consumer").glob("*.[ch]pp"))]


def documents():
    """The files that quote code."""
    return [path for path in [ROOT / "README.md", *sorted((ROOT / "docs" / "guide").glob("*.md"))] if path.is_file()]


def snippets(problems):
    """Name to lines of every marked piece of code, with the indentation they share removed."""
    found = {}
    for path in SOURCES:
        opened = {}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            mark = line.strip()
            if mark.startswith("// [/") and mark.endswith("]"):
                name = mark[5:-1]
                if name not in opened:
                    problems.append(f"{path.name}:{number}: {name} ends but never began")
                    continue
                found[name] = textwrap.dedent("\n".join(opened.pop(name))).strip("\n").split("\n")
            elif mark.startswith("// [") and mark.endswith("]"):
                name = mark[4:-1]
                if name in found or name in opened:
                    problems.append(f"{path.name}:{number}: a second snippet of the name {name}")
                opened[name] = []
            else:
                for lines in opened.values():
                    lines.append(line)
        problems += [f"{path.name}: {name} has no end" for name in opened]
    return found


def source_of(line):
    """The snippet that a comment over a block names, '' for one that says why it is not compiled."""
    comment = line.strip()
    if comment.startswith("<!-- snippet:") and comment.endswith("-->"):
        return comment[len("<!-- snippet:"):-3].strip()
    if comment.startswith("<!-- not compiled:") and comment[len("<!-- not compiled:"):-3].strip():
        return ""
    return None


def check_tables(path, code, used, problems):
    """The code in the last column of each table that names a snippet."""
    lines = path.read_text(encoding="utf-8").split("\n")
    for at, line in enumerate(lines):
        if not line.startswith("<!-- table:"):
            continue
        name = line[len("<!-- table:"):-3].strip()
        used.add(name)
        whole = "\n".join(code.get(name, []))
        for number, row in enumerate(lines[at + 1:], at + 2):
            if not row.startswith("|"):
                break
            for piece in row.rstrip("| ").rsplit(" | ", 1)[-1].split("`")[1::2]:
                if piece not in whole:
                    problems.append(f"{path.relative_to(ROOT)}:{number}: snippet {name} has no `{piece}`")


def quote(path, code, used, problems):
    """The document with every block as the code has it today."""
    out, lines, at = [], path.read_text(encoding="utf-8").split("\n"), 0
    while at < len(lines):
        out.append(lines[at])
        at += 1
        if out[-1].strip() != "```cpp":
            continue
        place = f"{path.relative_to(ROOT)}:{at}"
        end = next((n for n in range(at, len(lines)) if lines[n].strip() == "```"), len(lines))
        name = source_of(out[-2]) if len(out) > 1 else None
        block = lines[at:end]
        if name is None:
            problems.append(f"{place}: no `<!-- snippet: name -->` on the line over this block")
        elif name and name not in code:
            problems.append(f"{place}: no snippet {name} in tests/docs/snippets or tests/consumer")
        elif name:
            used.add(name)
            if block != code[name]:
                problems.append(f"{place}: differs from snippet {name}; check_snippets.py --update writes it anew")
            block = code[name]
        out += block
        at = end
    return "\n".join(out)


def main():
    problems, used = [], set()
    code = snippets(problems)
    for path in documents():
        check_tables(path, code, used, problems)
        text = quote(path, code, used, problems)
        if "--update" in sys.argv[1:] and text != path.read_text(encoding="utf-8"):
            path.write_text(text, encoding="utf-8")
            print(f"{path.relative_to(ROOT)}: written anew")
    if "--update" in sys.argv[1:]:
        problems = [problem for problem in problems if "--update writes it anew" not in problem]
    problems += [f"snippet {name} is quoted nowhere" for name in sorted(set(code) - used)]
    print("\n".join(problems) if problems else f"{len(used)} snippet(s) quoted as they are compiled")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
