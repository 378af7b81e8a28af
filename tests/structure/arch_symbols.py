#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Nothing that was compiled with an arch's flags may be visible under a name without that arch.

The linker keeps one copy of equal symbols and would not care which instructions it holds: a copy
made for AVX-512 could serve an older machine. So every symbol that an object of libqx_ARCH.a
defines and shows, or shares as weak, must carry the name of the arch in its namespace.

usage: arch_symbols.py NM libqx_ARCH.a...
"""

import re
import subprocess
import sys

# Weak, but data that is the same whatever the flags:
HARMLESS = (
    r"DW\.ref\.",  # a pointer to the exception personality routine
    r"typeinfo (name )?for ",  # the name of a type
)


def shown_symbols(nm: str, library: str) -> list[tuple[str, str]]:
    """(kind, name) of what is defined and not local: nm writes local kinds in lower case, and `u`,
    `v`, `w` for what is shared between objects."""
    text = subprocess.run([nm, "-C", "--defined-only", library], check=True, text=True,
                          capture_output=True).stdout
    found = re.findall(r"^[0-9a-f]+ ([A-Zuvw]) (.+)$", text, re.MULTILINE)
    return [(kind, name) for kind, name in found]


def foreign(arch: str, symbols: list[tuple[str, str]]) -> list[str]:
    """Names that do not belong to the arch: `avx512::` is no part of `avx512_vnni::` nor of
    `user_avx512::`."""
    own = re.compile(rf"(?<![A-Za-z0-9_]){re.escape(arch)}::")
    harmless = re.compile("|".join(f"^{pattern}" for pattern in HARMLESS))
    return [f"{kind} {name}" for kind, name in symbols
            if not own.search(name) and not harmless.search(name)]


def self_test() -> None:
    symbols = [("T", "qx::kernel::avx2::attention(int)"), ("W", "std::max(int)"),
               ("V", "DW.ref.__gxx_personality_v0"), ("T", "qx::kernel::user_avx2::f()")]
    assert foreign("avx2", symbols) == ["W std::max(int)", "T qx::kernel::user_avx2::f()"]


def main() -> int:
    self_test()
    nm, *libraries = sys.argv[1:]
    if not libraries:
        sys.exit(__doc__)
    failed = False
    for library in libraries:
        arch = re.search(r"libqx_(\w+)\.a$", library).group(1)
        symbols = shown_symbols(nm, library)
        if not symbols:
            print(f"{library}: no symbols at all, so nothing was checked")
            failed = True
        for line in foreign(arch, symbols):
            print(f"{library}: {line}")
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
