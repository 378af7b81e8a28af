#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""No file is longer than 300 lines: more than that is two ideas.

Tables are exempt: files named *_table.* or *_tables.*, and any file with a line
`// Longer than the limit: REASON`. Functions over 40 lines are listed as a warning, by a count of
braces that a macro or a raw string can deceive, hence only a warning.
"""
import sys

from tree import CODE, files, report, shown

FILE_LINES = 300
FUNCTION_LINES = 40
EXEMPT = "Longer than the limit: "


def exempt(path, lines):
    """Whether the file may be long: a table by name, or a reason that it gives."""
    if path.stem.split(".")[0].endswith(("_table", "_tables")):
        return True
    return any(EXEMPT in line and line.split(EXEMPT)[1].strip() for line in lines)


def long_functions(lines):
    """Line and length of blocks that look like a function body of more than the allowed lines."""
    opened = []
    for number, line in enumerate(lines, 1):
        code = line.split("//")[0]
        for sign in code:
            if sign == "{":
                head = " ".join(lines[max(0, number - 3):number])
                scope = any(word in code for word in ("namespace", "struct", "class", "enum", "union"))
                opened.append((number, not scope and "(" in head))
            elif sign == "}" and opened:
                start, function = opened.pop()
                outer = any(inside for _, inside in opened)
                if function and not outer and number - start + 1 > FUNCTION_LINES:
                    yield start, number - start + 1


if __name__ == "__main__":
    too_long = []
    for path in files("include", "src", "models", "tests", "bench", "scripts", suffixes=CODE | {".py", ".sh"}):
        text = path.read_text(encoding="utf-8").splitlines()
        if len(text) > FILE_LINES and not exempt(path, text):
            too_long.append(f"{shown(path)}: {len(text)} lines, at most {FILE_LINES}; are these two ideas?")
        if path.suffix in CODE and not exempt(path, text):
            for start, length in long_functions(text):
                print(f"warning: {shown(path)}:{start}: a function of {length} lines, at most {FUNCTION_LINES}")
    sys.exit(report("file limits", too_long))
