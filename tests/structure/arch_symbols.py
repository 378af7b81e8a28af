#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Nothing that was compiled with an arch's flags may be visible under a name without that arch.

The linker keeps one copy of equal symbols and would not care which instructions it holds: a copy
made for AVX-512 could serve an older machine. So every symbol that an object of libqx_ARCH.a
defines and shows, or shares as weak, must carry the name of the arch in its namespace, or be the
arch's specialization of a template (`run<qx::arch<"avx2">>`), unless it is constant data.

usage: arch_symbols.py NM libqx_ARCH.a libqx_graph_ARCH.a...
"""

import re
import subprocess
import sys

# Weak, but a pointer to the exception personality routine of the C++ run time:
HARMLESS = re.compile(r"^DW\.ref\.")
# Constants are the same whatever the flags; what a vtable points to is code with a name of its own.
CONSTANTS = (".rodata", ".data.rel.ro")


def shown_symbols(nm: str, library: str) -> list[tuple[str, str, str]]:
    """(kind, name, section) of what is defined and not local: nm writes local kinds in lower case,
    and `u`, `v`, `w` for what is shared between objects."""
    text = subprocess.run([nm, "-C", "--defined-only", "--format=sysv", library], check=True,
                          text=True, capture_output=True).stdout
    found = []
    for line in text.splitlines():
        fields = [field.strip() for field in line.rsplit("|", 6)]
        if len(fields) == 7 and re.fullmatch("[A-Zuvw]", fields[2]):
            found.append((fields[2], fields[0], fields[6]))
    return found


def foreign(arch: str, symbols: list[tuple[str, str, str]]) -> list[str]:
    """Names that do not belong to the arch: `avx512::` is no part of `avx512_vnni::` nor of
    `user_avx512::`. Names too long for nm stay mangled: there a name has its length in front."""
    size = len(arch) + 1
    label = f"qx::arch<qx::label<{size}ul>{{char [{size}]{{{', '.join(f'(char){ord(c)}' for c in arch)}}}}}>"
    own = re.compile(rf"(?<![A-Za-z0-9_]){arch}::|^_Z.*(?<![0-9]){len(arch)}{arch}(?![a-z_])|"
                     + re.escape(label))
    return sorted({f"{kind} {name}" for kind, name, section in symbols
                   if not own.search(name) and not HARMLESS.search(name)
                   and not section.startswith(CONSTANTS)})


def self_test() -> None:
    symbols = [("T", "qx::kernel::avx2::attention(int)", ".text"), ("W", "std::max(int)", ".text.m"),
               ("V", "DW.ref.__gxx_personality_v0", ".data.rel.local"),
               ("T", "qx::kernel::user_avx2::f()", ".text"), ("W", "_ZN2qx4avx24fuse1fEv", ".text.f"),
               ("u", "qx::names", ".rodata.names"), ("u", "qx::counter", ".bss.counter"),
               ("T", "run<qx::arch<qx::label<5ul>{char [5]{(char)97, (char)118, (char)120, (char)50}}> >()",
                ".text")]
    assert foreign("avx2", symbols) == ["T qx::kernel::user_avx2::f()", "W std::max(int)",
                                        "u qx::counter"], foreign("avx2", symbols)
    assert len(foreign("avx", symbols[-1:])) == 1


def main() -> int:
    self_test()
    nm, *libraries = sys.argv[1:]
    if not libraries:
        sys.exit(__doc__)
    failed = False
    for library in libraries:
        arch = re.search(r"libqx_(?:graph_|table_)?(\w+)\.a$", library).group(1)
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
