#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the hostile GGUF files beside it: each breaks one rule of the format and is otherwise sound.

Also writes sound ones, with which the fuzzer of the reader begins.

usage: make.py [--check]

expected.txt says what the reader must answer: name of the file, a tab, words of its message.
--check writes nothing and fails where a file is not what this program would write.
"""
import struct
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FILES = HERE / "files"
SEEDS = HERE.parent / "fuzz" / "corpus" / "gguf"
U8, I8, U16, I16, U32, I32, F32, BOOL, STRING, ARRAY, U64, I64, F64 = range(13)


def u32(n):
    return struct.pack("<I", n)


def u64(n):
    return struct.pack("<Q", n)


def string(text, length=None):
    raw = text if isinstance(text, bytes) else text.encode()
    return u64(len(raw) if length is None else length) + raw


def key(name, kind, payload):
    return string(name) + u32(kind) + payload


def tensor(name="a", dims=(8,), kind=0, offset=0, rank=None):
    extents = b"".join(u64(d) for d in dims)
    return string(name) + u32(len(dims) if rank is None else rank) + extents + u32(kind) + u64(offset)


def whole(keys=(), tensors=(), data=b"", magic=b"GGUF", version=3, key_count=None, tensor_count=None,
          alignment=32):
    head = magic + u32(version)
    head += u64(len(tensors) if tensor_count is None else tensor_count)
    head += u64(len(keys) if key_count is None else key_count)
    head += b"".join(keys) + b"".join(tensors)
    return head + bytes(-len(head) % alignment) + data if data else head


ARCHITECTURE = key("general.architecture", STRING, string("llama"))
NAMES = key("names", ARRAY, u32(STRING) + u64(2) + string("one") + string("two"))
SOUND = whole([ARCHITECTURE, NAMES], [tensor("a"), tensor("b", (32, 2), 2, 32)], bytes(32 + 36 + 28))


def alignment(kind, payload):
    return whole([key("general.alignment", kind, payload)], [tensor()], bytes(64))


def cases():
    """Name, bytes, words of the message."""
    yield "empty", b"", "the file is empty"
    yield "short-magic", b"GG", "does not begin with 'GGUF'"
    yield "wrong-magic", whole(magic=b"GGML"), "does not begin with 'GGUF'"
    yield "text", b"#!/bin/sh\necho this is no model\n", "does not begin with 'GGUF'"
    yield "big-endian", b"GGUF" + struct.pack(">IQQ", 3, 0, 0), "big-endian"
    yield "version-0", whole(version=0), "version 0; versions 2 and 3 are read"
    yield "version-1", whole(version=1), "version 1; versions 2 and 3 are read"
    yield "version-9", whole(version=9), "version 9; versions 2 and 3 are read"

    places = {
        "version": (6, "ends inside the version"),
        "counts": (20, "ends inside the counts"),
        "first-key": (36, "claims 2 keys, more than the 12 bytes that follow"),
        "second-key": (54, "claims 2 tensors, more than the 30 bytes that follow"),
        "array": (SOUND.index(b"names") + 14, "ends inside the array of key 'names'"),
        "array-element": (SOUND.index(b"two") - 4, "claims 2 elements of string, more than the 15 bytes"),
        "tensor-name": (SOUND.index(b"two") + 7, "ends inside the name of tensor 0 of 2"),
        "tensor-dims": (SOUND.index(b"two") + 18, "ends inside the extents of tensor 'a'"),
        "tensor-offset": (SOUND.index(b"two") + 30, "ends inside the offset of tensor 'a'"),
        "data": (len(SOUND) - 29, "tensor 'b' needs 36 bytes at offset 32"),
        "no-data": (len(SOUND) - 96, "tensor 'a' needs 32 bytes at offset 0"),
    }
    for name, (at, words) in places.items():
        yield "truncated-" + name, SOUND[:at], words

    roomy = key("k" * 20, U64, u64(7)), key("text", STRING, string("t" * 60))
    yield "truncated-key-name", whole(roomy)[:51], "ends inside the name of key 0 of 2"
    yield "truncated-key-type", whole(roomy)[:54], "ends inside the type of key 'kkkkkkkkkkkkkkkkkkkk'"
    yield "truncated-value", whole(roomy)[:60], "ends inside the value of key 'kkkkkkkkkkkkkkkkkkkk'"
    yield "truncated-string", whole(roomy)[:100], "ends inside the string of key 'text'"
    yield "truncated-array-string", whole([key("k", ARRAY, u32(STRING) + u64(2) + string("a" * 20))])[:70], \
        "ends inside string 0 of the array of key 'k'"
    yield "many-keys", whole([ARCHITECTURE], key_count=2**62), "claims 4611686018427387904 keys"
    yield "many-tensors", whole([ARCHITECTURE], tensor_count=2**64 - 1), "claims 18446744073709551615 tensors"
    yield "long-key", whole([string("k", 2**63) + u32(U8) + b"\0"]), "ends inside the name of key 0"
    yield "empty-key", whole([key("", U8, b"\0")]), "the name of key 0 has 0 bytes"
    yield "huge-key", whole([key("k" * 65536, U8, b"\0")]), "has 65536 bytes"
    yield "key-type", whole([key("k", 13, u64(0))]), "key 'k' has the unknown type 13"
    yield "long-string", whole([key("k", STRING, string("abc", 2**40))]), "ends inside the string of key 'k'"
    yield "bool-2", whole([key("k", BOOL, b"\2")]), "a truth value of 2"
    yield "array-bool-255", whole([key("k", ARRAY, u32(BOOL) + u64(2) + b"\1\xff")]), "a truth value of 255"
    yield "array-type", whole([key("k", ARRAY, u32(99) + u64(0))]), "the unknown element type 99"
    yield "array-nested", whole([key("k", ARRAY, u32(ARRAY) + u64(1) + u32(U8) + u64(0))]), "array of arrays"
    yield "array-long", whole([key("k", ARRAY, u32(F64) + u64(2**61) + u64(0))]), "claims 2305843009213693952 elements"
    yield "array-strings-long", whole([key("k", ARRAY, u32(STRING) + u64(2**60) + string("a"))]), \
        "claims 1152921504606846976 elements"
    yield "array-string-long", whole([key("k", ARRAY, u32(STRING) + u64(1) + string("a", 2**64 - 1))]), \
        "ends inside string 0"
    yield "key-twice", whole([key("k", U8, b"\0"), key("j", U8, b"\0"), key("k", U8, b"\1")]), \
        "the key 'k' is there twice"

    yield "alignment-0", alignment(U32, u32(0)), "'general.alignment' is 0"
    yield "alignment-3", alignment(U32, u32(3)), "'general.alignment' is 3"
    yield "alignment-4", alignment(U32, u32(4)), "at least 8"
    yield "alignment-48", alignment(U32, u32(48)), "a power of two"
    yield "alignment-2g", alignment(U32, u32(2**31)), "tensor 'a' needs 32 bytes"
    yield "alignment-u64", alignment(U64, u64(32)), "must be a u32"
    yield "alignment-string", alignment(STRING, string("32")), "must be a u32"

    def one(words, **kind):
        return whole([ARCHITECTURE], [tensor(**kind)], bytes(64)), words

    yield "tensor-long-name", *one("has 65 bytes; at most 64", name="n" * 65)
    yield "tensor-twice", whole([], [tensor("a"), tensor("a", offset=32)], bytes(64)), "the tensor 'a' is there twice"
    yield "tensor-rank-5", *one("has 5 axes; at most 4", dims=(1, 1, 1, 1, 1))
    yield "tensor-rank-4g", *one("has 4294967295 axes", rank=2**32 - 1)
    yield "tensor-dim-0", *one("has the extent 0 on axis 1", dims=(8, 0))
    yield "tensor-dim-negative", *one("has the extent -8 on axis 0", dims=(2**64 - 8,))
    yield "tensor-elements-overflow", *one("more elements than 64 bits", dims=(2**32, 2**32, 2**32))
    yield "tensor-elements-wrap-to-8", *one("more elements than 64 bits", dims=(2**33 + 8, 2**61 + 1))
    yield "tensor-bytes-overflow", *one("more bytes than 64 bits", dims=(2**62,), kind=0)
    yield "tensor-huge", *one("is the file complete?", dims=(2**40, 2**10))
    yield "tensor-type-none", *one("tensor 'a' has type 200, which", kind=200)
    yield "tensor-type-withdrawn", *one("type 4 (q4_2, withdrawn)", kind=4)
    yield "tensor-type-foreign", *one("type 23 (iq4_xs)", dims=(256,), kind=23)
    yield "tensor-rows", *one("rows of 33 elements, which do not divide into blocks of 32 (q4_0)",
                              dims=(33, 32), kind=2)
    yield "tensor-offset-odd", *one("at offset 1 of the data; the tensors before it end at 0", offset=1)
    yield "tensor-offset-outside", *one("at offset 18446744073709551584", offset=2**64 - 32)
    yield "tensor-overlap", whole([], [tensor("a"), tensor("b", offset=0)], bytes(64)), \
        "tensor 'b' is at offset 0 of the data; the tensors before it end at 32"
    yield "tensor-gap", whole([], [tensor("a"), tensor("b", offset=64)], bytes(128)), "the tensors before it end at 32"
    yield "tensor-outside", whole([], [tensor("a", (8, 100))], bytes(64)), "needs 3200 bytes at offset 0"
    yield "control-characters", whole([], [tensor("\x1b[2J\n", kind=200)], bytes(64)), "tensor '?[2J?' has type 200"


def seeds():
    """Sound files from which the fuzzer of the reader starts: every type of value and of tensor."""
    scalars = ((U8, "<B", 1), (I8, "<b", -1), (U16, "<H", 2), (I16, "<h", -2), (U32, "<I", 3), (I32, "<i", -3),
               (F32, "<f", 0.5), (BOOL, "<B", 1), (U64, "<Q", 4), (I64, "<q", -4), (F64, "<d", 0.25))
    values = [key(f"k{kind}", kind, struct.pack(form, n)) for kind, form, n in scalars]
    arrays = [key(f"a{kind}", ARRAY, u32(kind) + u64(2) + 2 * struct.pack(form, n)) for kind, form, n in scalars]
    yield "sound", SOUND
    yield "version-2", whole([ARCHITECTURE], [tensor()], bytes(32), version=2)
    yield "no-tensors", whole([ARCHITECTURE, NAMES])
    yield "values", whole(values + [key("text", STRING, string("abc"))])
    yield "arrays", whole(arrays + [NAMES])
    yield "alignment-64", whole([key("general.alignment", U32, u32(64))], [tensor("a"), tensor("b", offset=64)],
                                bytes(128), alignment=64)
    blocks = {0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 10: (256, 84),
              11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 20: (32, 18), 24: (1, 1), 25: (1, 2),
              26: (1, 4), 27: (1, 8), 28: (1, 8), 30: (1, 2), 39: (32, 17)}
    tensors, offset = [], 0
    for kind, (elements, size) in blocks.items():
        tensors.append(tensor(f"t{kind}", (elements, 2), kind, offset))
        offset += 2 * size + -2 * size % 32
    yield "tensor-types", whole([ARCHITECTURE], tensors, bytes(range(256)) * (offset // 256 + 1))


def written():
    """Path and bytes of everything that belongs into the folder."""
    for name, data in seeds():
        yield SEEDS / f"{name}.gguf", data
    table = []
    for name, data, words in cases():
        yield FILES / f"{name}.gguf", data
        table.append(f"{name}.gguf\t{words}\n")
    yield HERE / "expected.txt", "".join(table).encode()


if __name__ == "__main__":
    wanted = dict(written())
    if "--check" in sys.argv[1:]:
        stale = [p.name for p, data in wanted.items() if not p.exists() or p.read_bytes() != data]
        stale += [p.name for folder in (FILES, SEEDS) for p in folder.iterdir() if p not in wanted]
        print("\n".join(f"not what make.py writes: {name}" for name in stale))
        sys.exit(1 if stale else 0)
    FILES.mkdir(exist_ok=True)
    SEEDS.mkdir(parents=True, exist_ok=True)
    for path, data in wanted.items():
        path.write_bytes(data)
