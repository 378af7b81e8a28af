#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes docs/reference: a page for each public header, from what it says of itself.

usage: make_reference.py [--check]

A page has the words after `/// \\file`, then every declaration that has a comment `///` over it or in
it, with that comment. What lies in a namespace called impl, detail or nothing, private members and
macros stay out. Specialisations of another header's templates come last.
--check changes nothing and fails where a page is not what this program would write.
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEADERS = ROOT / "include" / "qx"
PAGES = ROOT / "docs" / "reference"
# Rooms in the order of docs/map.md, with what a reader looks for there.
ROOMS = {
    "": "Everything that a graph needs",
    "core": "Axes, extents, tensors, views, element types, errors",
    "expr": "What a formula is written with",
    "fuse": "Plans, evaluation, contexts",
    "interop": "Eigen, DLPack, NumPy's files, spans, printing",
    "quant": "Block formats",
    "kernel": "Tiles, packing, formats of your own",
    "simd": "Packs of lanes",
    "platform": "Threads, memory, files",
    "gguf": "GGUF files",
    "text": "Tokenizers, templates, grammars",
    "model": "What runners need of a model",
    "run": "Sampling, generating, measuring, quantising",
}
HIDDEN = re.compile(r"^(inline )?namespace (impl|detail)? ?\{")
SCOPE = re.compile(r"(?:^|> |\) |\} )(?:class|struct) (?:\[\[.*\]\] )?(\w+(?:<.*?>)?)(?: final)?(?: : .*)?$")
SPECIAL = re.compile(r"\b(?:class|struct) (\w+)<")
MACROS = re.compile(r"\bQX_INLINE\w* ?")
# A macro's use: what it declares is not to be seen.
CALL = re.compile(r"[A-Z][A-Z0-9_]*\(.*\)$")
# What stands before a brace that opens no body: a requires-expression (a requires-clause follows no
# operator) or the value of a member in a constructor's list.
REQUIREMENT = re.compile(r"(?:[=(&|!,]|\brequires) *requires ?(?:\((?:[^()]|\([^()]*\))*\) ?)?$")
INITIALISER = re.compile(r"\)(?: noexcept)?\s+: .*[\w>]$")


class Reader:
    """Walks over the lines of a header and collects (comment, declarations) pairs."""

    def __init__(self, lines):
        self.lines, self.at, self.entries, self.scopes, self.about = lines, 0, [], [], []

    def line(self):
        return self.lines[self.at]

    def comment(self):
        """The block of `///` that begins here."""
        out = []
        while self.at < len(self.lines) and self.line().lstrip().startswith("///"):
            out.append(self.line().strip()[3:].removeprefix(" "))
            self.at += 1
        return out

    def skip_braces(self, place=0):
        """Past the brace that closes the one that opens on this line, at `place` or later."""
        depth = 0
        while self.at < len(self.lines):
            code = re.sub(r"//.*|'[{}]'|\"[^\"]*\"", "", self.line()[place:])
            place = 0
            depth += code.count("{") - code.count("}")
            self.at += 1
            if depth <= 0:
                return

    def declaration(self):
        """The text up to a body or the semicolon. A body is left out, that of a plain aggregate shown."""
        first, parens, seen = self.at, 0, ""
        while self.at < len(self.lines):
            code = self.line()
            for place, char in enumerate(code):
                if code.startswith("//", place):
                    break
                if char == "{" and (parens > 0 or REQUIREMENT.search(seen) or INITIALISER.search(seen)):
                    parens += 1  # a requirement or a value, not a body
                    seen += " "
                    continue
                seen += char
                parens += (char in "([") - (char in ")]}")
                if char == ";" and parens == 0:
                    self.at += 1
                    return self.lines[first:self.at]
                if char == "{" and parens == 0:
                    return self.body(first, place)
            seen += " "
            self.at += 1
        return self.lines[first:]

    def body(self, first, place):
        """A declaration whose brace opens on this line."""
        head = self.lines[first:self.at] + [self.line()[:place].rstrip()]
        indent = len(self.line()) - len(self.line().lstrip())
        opened = self.at
        self.skip_braces(place)
        whole = self.lines[first:self.at]
        text = " ".join(part.strip() for part in head)
        kind = re.search(r"\b(class|struct|enum|concept)\b", re.sub(r"template <.*?> ", "", text))
        if not kind or kind.group(1) == "concept" or "(" in text:
            value = "=" in text and "(" not in text or "concept" in text
            return whole if value and len(whole) <= 20 else ended(head)
        plain = kind.group(1) == "enum" or not re.search(r"\)[^;]*\{| private:", "\n".join(whole[len(head):]))
        if plain and len(whole) <= 40:
            return whole
        if opened + 1 < self.at:  # go inside: members have entries of their own
            self.at = opened + 1
            self.scopes.append((SCOPE.search(text.strip()).group(1) if SCOPE.search(text.strip()) else "?", indent))
        return ended(head)

    def skip_macro(self):
        """Past a line for the preprocessor and those that continue it."""
        while self.line().endswith("\\"):
            self.at += 1
        self.at += 1

    def skip_private(self):
        """Past private members, to the end of the class or what is public again."""
        indent = self.scopes[-1][1]
        while not self.line().startswith(" " * indent + "};") and "public:" not in self.line():
            self.at += 1

    def group(self, comment):
        """The declarations under one comment: up to an empty line or the next comment."""
        out = []
        scopes = len(self.scopes)
        while self.at < len(self.lines) and len(self.scopes) == scopes:
            text = self.line().strip()
            if not text or CALL.match(text) or text.startswith(
                    ("///", "}", "#", "private:", "public:", "namespace", "inline namespace")):
                break
            declaration = without_initialisers(self.declaration())
            opened = len(self.scopes) > scopes
            if not (out and opened and SPECIAL.search("\n".join(declaration))):  # it has a heading
                out += declaration
        name = "::".join(scope for scope, _ in self.scopes[:scopes])
        if out:
            self.entries.append((name, comment, out))

    def is_foreign(self, entry):
        """Whether it is, or belongs to, a specialisation of another header's template."""
        scope, _, declarations = entry
        special = re.match(r"(\w+)<", scope) or SPECIAL.search(" ".join(declarations))
        return bool(special) and not re.search(rf"^ *(?:class|struct) {special.group(1)}\b(?!<)",
                                               "\n".join(self.lines), re.MULTILINE)

    def read(self):
        while self.at < len(self.lines):
            text = self.line().strip()
            if HIDDEN.match(text):
                self.skip_braces()
            elif text.startswith("/// \\file"):
                self.about = self.comment()[1:]
            elif text.startswith("///"):
                comment = self.comment()
                while self.line().startswith("#"):
                    self.skip_macro()
                if re.match(r"namespace \w+ {", self.line()) and not HIDDEN.match(self.line()):
                    self.entries.append(("", comment, [self.line() + " … }"]))
                self.group(comment)
            elif text == "private:" and self.scopes:
                self.skip_private()
            elif self.scopes and self.line().startswith(" " * self.scopes[-1][1] + "};"):
                self.scopes.pop()
                self.at += 1
            elif text.startswith("#"):
                self.skip_macro()
            elif not text or CALL.match(text) or text.startswith(
                    ("// ", "namespace", "inline namespace", "}", "public:")):
                self.at += 1
            else:
                self.group([])
        return self


def ended(head):
    """A declaration whose body is left out."""
    text = "\n".join(head).rstrip()
    return (text + ";").split("\n")


def without_initialisers(lines):
    """A constructor as it is called."""
    text = re.sub(" *// NOLINT.*", "", "\n".join(lines))
    return re.sub(r"\)( noexcept)?\s+: \w+(<.*>)?[({][\s\S]*;$", r")\1;", text).split("\n")


def tidy(lines):
    """Declarations as a reader wants them."""
    lines = [MACROS.sub("", line).replace("[[nodiscard]] ", "") for line in lines]
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return [line[indent:].rstrip() for line in lines]


def page(header):
    """The reference of one header."""
    name = header.relative_to(ROOT / "include").as_posix()
    reader = Reader(header.read_text(encoding="utf-8").split("\n")).read()
    out = [f"# `<{name}>`", "", *reader.about, ""]
    inside = ""
    for scope, comment, declarations in sorted(reader.entries, key=reader.is_foreign):
        described = comment or any("///" in line for line in declarations)
        if not described and (not scope or declarations[0].lstrip().startswith("static_assert")):
            continue
        if scope and scope != inside:
            out += [f"## `{scope}`", ""]
        inside = scope
        out += ["```c++", *tidy(declarations), "```", ""] + ([*comment, ""] if comment else [])
    return "\n".join(out).rstrip() + "\n"


def page_name(header):
    return "-".join(header.relative_to(HEADERS).with_suffix("").parts) + ".md"


def make():
    """Name and text of every page."""
    pages, index = {}, ["# Reference", "", "A page for each public header, written by `scripts/make_reference.py` "
                        "from the comments of the headers.", "The [guide](../guide/README.md) says how things are used."]
    for room, words in ROOMS.items():
        index += ["", f"## {room or 'qx'}", "", words + ".", ""]
        folder = HEADERS / room
        for header in sorted(folder.rglob("*.hpp") if room else folder.glob("*.hpp")):
            pages[page_name(header)] = page(header)
            about = " ".join(pages[page_name(header)].split("\n\n")[1].split())
            first = about.split(". ")[0].rstrip(".:")
            index.append(f"- [`<{header.relative_to(ROOT / 'include').as_posix()}>`]({page_name(header)}): {first}")
    pages["README.md"] = "\n".join(index) + "\n"
    return pages


def main():
    pages = make()
    there = {path.name for path in PAGES.glob("*.md")}
    stale = sorted(name for name, text in pages.items()
                   if name not in there or (PAGES / name).read_text(encoding="utf-8") != text)
    gone = sorted(there - set(pages))
    if "--check" in sys.argv[1:]:
        for name in stale + gone:
            print(f"docs/reference/{name} is not current: run scripts/make_reference.py and commit what it writes")
        return 1 if stale or gone else 0
    PAGES.mkdir(exist_ok=True)
    for name in gone:
        (PAGES / name).unlink()
    for name in stale:
        (PAGES / name).write_text(pages[name], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
