#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes src/text/unicode_tables.cpp: for every code point the classes that pre-tokenisation asks for.

Usage: make_unicode_tables.py [--data UnicodeData.txt] > src/text/unicode_tables.cpp

Without --data the categories are those of Python's own unicodedata. The committed table was made from
UnicodeData.txt of Unicode 15.0 (Debian's package unicode-data), which is newer than what Python 3.11 has;
the few additions of 15.1 are below, so that the table is that of 15.1.
"""
import argparse
import unicodedata

LETTER, NUMBER, PUNCTUATION, MARK, SYMBOL, WHITESPACE, LOWER, UPPER = (1 << i for i in range(8))
MAJOR = {"L": LETTER, "N": NUMBER, "P": PUNCTUATION, "M": MARK, "S": SYMBOL}
ADDED_IN_15_1 = {"Lo": range(0x2EBF0, 0x2EE5E), "So": (0x2FFC, 0x2FFD, 0x2FFE, 0x2FFF, 0x31EF)}
BLOCK = 128  # code points in a block: the smallest total of index and blocks among the powers of two


def categories_of_file(path):
    """A line is `code;name;category;…`; a range is two lines whose names end in First> and Last>."""
    categories = ["Cn"] * 0x110000
    first = None
    with open(path, encoding="ascii") as lines:
        for line in lines:
            code, name, category = line.split(";")[:3]
            code = int(code, 16)
            if name.endswith("First>"):
                first = code
                continue
            for c in range(code if first is None else first, code + 1):
                categories[c] = category
            first = None
    return categories


def classes(code, category):
    """\\p{L}, \\p{N}, … are the major categories; \\s is the property White_Space, which has no
    0x1C–0x1F although Python's str.isspace() says so."""
    value = MAJOR.get(category[0], 0)
    if category[0] == "Z" or 9 <= code <= 13 or code == 0x85:
        value |= WHITESPACE
    if category == "Ll":
        value |= LOWER
    if category in ("Lu", "Lt"):
        value |= UPPER
    return value


def rows(values, per_row):
    for at in range(0, len(values), per_row):
        yield "    " + ", ".join(str(v) for v in values[at:at + per_row]) + ","


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--data", help="UnicodeData.txt of the wanted version")
    path = arguments.parse_args().data
    if path:
        categories = categories_of_file(path)
    else:
        categories = [unicodedata.category(chr(c)) for c in range(0x110000)]
    for category, codes in ADDED_IN_15_1.items():
        for code in codes:
            categories[code] = category if categories[code] == "Cn" else categories[code]
    table = [classes(c, category) for c, category in enumerate(categories)]

    blocks, index = {}, []
    for at in range(0, len(table), BLOCK):
        block = tuple(table[at:at + BLOCK])
        index.append(blocks.setdefault(block, len(blocks)))
    assert len(blocks) <= 256, "the index holds one byte a block"

    print("// SPDX-License-Identifier: MIT")
    print("/// \\file")
    print("/// Made by scripts/make_unicode_tables.py; do not edit.")
    print("#include <qx/text/unicode.hpp>")
    print("\nnamespace qx::text::detail {\n\n// clang-format off")
    print(f"const std::uint8_t unicode_block_of[{len(index)}] = {{")
    print("\n".join(rows(index, 32)))
    print("};\n")
    print(f"const std::uint8_t unicode_classes[{len(blocks) * BLOCK}] = {{")
    for block in blocks:
        print("\n".join(rows(block, 32)))
    print("};\n// clang-format on\n\n}  // namespace qx::text::detail")


if __name__ == "__main__":
    main()
