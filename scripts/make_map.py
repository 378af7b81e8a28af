#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes docs/map.md: the tree, one line a file, from what each file says of itself.

usage: make_map.py [--check]

A C++ file says it after `/// \\file` (a source with a header of its name need not), a Python
file in its docstring, a shell script and a meson.build in their first comment: the first sentence
is taken. --check changes nothing and fails where the map is not what this program would write.
"""
import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MAP = ROOT / "docs" / "map.md"
CODE = {".hpp", ".cpp"}

# The parts of the tree, from the ground up, as docs/map.md shows them.
PARTS = [
    ("include/qx/core", "Floor 0. Standard library only."),
    ("include/qx/platform", "Floor 1. The only place for headers of the operating system."),
    ("include/qx/quant", "Floor 1. One header per block format."),
    ("include/qx/expr", "Floor 2. Expressions: types only, no loops."),
    ("include/qx/simd", "Floor 2. The only place for xsimd and intrinsics."),
    ("include/qx/gguf", "Floor 2. Reader and writer, checked."),
    ("include/qx/interop", "Floor 2. Tensors to and from other libraries, files and people."),
    ("include/qx/kernel", "Floor 3. One tile each, no threads, and the table that a machine chooses."),
    ("include/qx/text", "Floor 3. Text to tokens and back."),
    ("include/qx/fuse", "Floor 4. From an expression to a plan, from a plan to loops over kernels."),
    ("include/qx/model", "Floor 5. What every runner needs of a model."),
    ("include/qx/run", "Floor 6. Runners: they know a model, never llama."),
    ("include/qx", "Over everything: what a user includes."),
    ("models", "Floor 6: one graph in each folder, and the model that ships with the project. Floor 7: the list of them."),
    ("src", "What is compiled; it mirrors include/qx. Floor 8 is src/cli, the program."),
    ("arch", "How one source becomes one object per instruction set."),
    ("scripts", "What a person calls."),
]
# Shown by folder, since a test is named after what it tests.
FOLDERS = [("tests", "The trees of tests."), ("bench", "One folder per task, one file per contender.")]


def first_sentence(text):
    """The text up to its first full stop, on one line."""
    line = " ".join(text.split())
    end = line.find(". ")
    return (line if end < 0 else line[:end]).rstrip(".:")


def said_in_cpp(lines):
    """What follows `/// \\file` in its block of comments."""
    for at, line in enumerate(lines):
        if line.startswith("/// \\file"):
            block = [line[len("/// \\file"):]]
            for following in lines[at + 1:]:
                if not following.startswith("///"):
                    break
                block.append(following[3:])
            return first_sentence(" ".join(block))
    return ""


def said_over_includes(lines):
    """A source may say it in plain comments under the licence."""
    block = []
    for line in lines[1:]:
        if not line.startswith("// "):
            break
        block.append(line[3:])
    return first_sentence(" ".join(block))


def said_by_header(source):
    """A source beside a header of its name needs no words of its own."""
    mirrored = ROOT / "include" / "qx" / source.relative_to(ROOT / "src") if "src" in source.parts else source
    for header in (source.with_suffix(".hpp"), mirrored.with_suffix(".hpp")):
        if source.suffix == ".cpp" and header.exists():
            return f"what `{header.relative_to(ROOT).as_posix()}` declares"
    return ""


def said_in_comment(lines):
    """The first comment that is neither the interpreter nor the licence."""
    block = []
    for line in lines:
        comment = line.startswith("#") and not line.startswith(("#!", "# SPDX"))
        if comment:
            block.append(line.lstrip("# "))
        elif block or not line.startswith("#"):
            break
    return first_sentence(" ".join(block))


def said_by(path):
    """What the file says it is for; empty when it does not say."""
    text = path.read_text(encoding="utf-8")
    if path.suffix in CODE:
        lines = text.splitlines()
        return said_in_cpp(lines) or said_over_includes(lines) or said_by_header(path)
    if path.suffix == ".py":
        return first_sentence(ast.get_docstring(ast.parse(text)) or "")
    return said_in_comment(text.splitlines())


def mapped(path):
    """Whether the map has a line for a file of this kind."""
    return path.is_file() and path.suffix in CODE | {".py", ".sh"} and "__pycache__" not in path.parts


def part_lines(part, silent):
    """The lines of one part of the tree; files without a word of their own go to `silent`."""
    whole = ROOT / part
    if part == "arch":
        paths = [whole / "meson.build"]
    else:
        paths = sorted(whole.iterdir() if part == "include/qx" and whole.is_dir() else whole.rglob("*"))
    for path in paths:
        if mapped(path) or path.name == "meson.build" and part == "arch":
            name = path.relative_to(ROOT).as_posix()
            says = said_by(path)
            if not says:
                silent.append(name)
            yield f"- `{name}` — {says}"


def folder_lines(part):
    """One line per folder that has a meson.build with a first comment."""
    for build in sorted((ROOT / part).glob("*/meson.build")):
        says = said_by(build)
        if says:
            yield f"- `{build.parent.relative_to(ROOT).as_posix()}/` — {says}"


def make():
    """The map, and the names of files that do not say what they are for."""
    silent = []
    out = ["# Map", "", "The tree, one line a file. Written by `scripts/make_map.py` from what each file says of itself.",
           "A file includes its own folder or a lower floor, never a sibling on its own floor."]
    for part, line in PARTS + FOLDERS:
        lines = list(folder_lines(part) if (part, line) in FOLDERS else part_lines(part, silent))
        if lines:
            out += ["", f"## {part}", "", line, ""] + lines
    return "\n".join(out) + "\n", silent


def main():
    text, silent = make()
    for name in silent:
        print(f"{name} does not say what it is for: give it a `/// \\file` line or a docstring")
    if "--check" not in sys.argv[1:]:
        MAP.parent.mkdir(exist_ok=True)
        MAP.write_text(text, encoding="utf-8")
        return 0
    current = MAP.exists() and MAP.read_text(encoding="utf-8") == text
    if not current:
        print("docs/map.md is not current: run scripts/make_map.py and commit what it writes")
    return 0 if current and not silent else 1


if __name__ == "__main__":
    sys.exit(main())
