#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A file includes its own folder or a lower floor, never a sibling on its own floor.

Beside that: core and quant use only the standard library, OS headers are seen only by platform,
xsimd and intrinsics only by simd, Eigen and DLPack only by the headers of
interop that are named for them, CLI11 only by the program.
"""
import sys
from pathlib import Path

from tree import CODE, ROOT, files, report, shown

FLOORS = {
    "core": 0,
    "platform": 1, "quant": 1,
    "expr": 2, "simd": 2, "gguf": 2, "interop": 2,
    "kernel": 3, "text": 3,
    "fuse": 4,
    "model": 5, "whole": 5,  # include/qx/*.hpp: the umbrella
    "run": 6, "models/gpt2": 6, "models/llama": 6, "models/qwen": 6,
    "models": 7,  # the list of them
    "cli": 8,
}

STANDARD = set("""
algorithm any array atomic barrier bit bitset charconv chrono codecvt compare complex concepts
condition_variable coroutine deque exception execution expected filesystem format forward_list
fstream functional future generator initializer_list iomanip ios iosfwd iostream istream iterator
latch limits list locale map mdspan memory memory_resource mutex new numbers numeric optional
ostream print queue random ranges ratio regex scoped_allocator semaphore set shared_mutex
source_location span spanstream sstream stack stacktrace stdexcept stdfloat stop_token streambuf
string string_view strstream syncstream system_error thread tuple type_traits typeindex typeinfo
unordered_map unordered_set utility valarray variant vector version
cassert cctype cerrno cfenv cfloat cinttypes climits clocale cmath csetjmp csignal cstdarg cstddef
cstdint cstdio cstdlib cstring ctime cuchar cwchar cwctype
""".split())

INTRINSICS = {"immintrin.h", "x86intrin.h", "emmintrin.h", "smmintrin.h", "nmmintrin.h", "arm_neon.h",
              "arm_sve.h"}


def room_of(path):
    """The room of a file, given by its path from the root; None where the tree has no such room."""
    parts = Path(path).parts
    if parts[:2] == ("include", "qx"):
        return parts[2] if len(parts) > 3 else "whole"
    if parts[0] == "src":
        return parts[1] if len(parts) > 2 else None
    if parts[0] == "models":
        return "/".join(parts[:2]) if len(parts) > 2 else "models"
    return None


def includes(path):
    """Line number and name of each include; a name in quotes is given from the root."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        directive = line.strip().replace(" ", "")
        if directive.startswith("#include<"):
            yield number, directive[len("#include<"):].split(">")[0]
        elif directive.startswith('#include"'):
            name = directive[len('#include"'):].split('"')[0]
            beside = path.parent / name
            yield number, shown(beside.resolve()) if beside.is_file() else name


def foreign_problem(name, room, path):
    """What is wrong with including something that is not ours; None when nothing is."""
    if name in STANDARD:
        return "std::regex is slow and recursive: scan by hand" if name == "regex" else None
    if name.startswith("xsimd/") or name in INTRINSICS:
        return None if room == "simd" else "only simd includes xsimd or intrinsics"
    if name.startswith(("Eigen/", "unsupported/Eigen/")):
        return None if path == "include/qx/interop/eigen.hpp" else "only include/qx/interop/eigen.hpp includes Eigen"
    if name.startswith("dlpack/"):
        return None if path == "include/qx/interop/dlpack.hpp" else "only include/qx/interop/dlpack.hpp includes DLPack"
    if name.startswith("CLI/"):
        return None if room == "cli" else "only the program includes CLI11"
    if name.startswith("editline/"):
        return None if room == "cli" else "only the program includes libedit"
    return None if room == "platform" else "only platform includes headers of the system"


def our_problem(target, room):
    """What is wrong with a file of `room` including the file `target` of ours."""
    if not (ROOT / target).is_file():
        return f"{target} does not exist"
    other = room_of(target)
    if other not in FLOORS:
        return f"{target} is in no room of the library"
    if other != room and FLOORS[other] >= FLOORS[room]:
        return f"{other} (floor {FLOORS[other]}) is not below {room} (floor {FLOORS[room]})"
    return None


def problems_of(path):
    """Each include of the file that breaks a rule, as `path:line: why`."""
    place = shown(path)
    room = room_of(place)
    if room not in FLOORS:
        yield f"{place}:1: no room of that name; rooms are {', '.join(FLOORS)}"
        return
    for number, name in includes(path):
        if name.startswith("qx/"):
            problem = our_problem("include/" + name, room)
        elif name.startswith(("models/", "src/", "include/")):
            problem = our_problem(name, room)
        else:
            problem = foreign_problem(name, room, place)
        if problem:
            yield f"{place}:{number}: {name}: {problem}"


if __name__ == "__main__":
    found = [problem for path in files("include", "src", "models", suffixes=CODE) for problem in problems_of(path)]
    sys.exit(report("include layers", found))
