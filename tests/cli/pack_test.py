#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Weights at rest: a cache of packed weights gives the same text, and no cache that is damaged,
stale or someone else's is believed; packing takes little memory; weights that are not numbers."""
import os
import struct
import tempfile
from pathlib import Path

from program import LIMITED, PROGRAM, Checks, qx

RUN = ("-p", "a b", "-n", 8, "--temp", 0, "--no-stats")
FAILED = 1
FRONT = 64  # bytes of numbers before the directory


def make(folder, kind, name):
    path = folder / name
    assert qx("synth", kind, path).code == 0
    return path


def packing_and_mapping(check, folder):
    """The cache is made once, mapped then, and changes no word."""
    model = make(folder, "test:q4_0", "model.gguf")
    cache = folder / "model.gguf.qxpack"
    plain = qx("generate", "-m", model, *RUN)
    check.works(plain, "without a cache")
    check.that(not cache.exists(), "no cache that nobody asked for")
    first = qx("generate", "-m", model, "--pack-cache", *RUN)
    check.that(first.out == plain.out and cache.exists() and not first.err, "made at the first start", first)
    before = cache.stat()
    second = qx("generate", "-m", model, "--pack-cache", *RUN)
    check.that(second.out == plain.out and not second.err, "mapped at the second", second)
    check.that(cache.stat().st_mtime_ns == before.st_mtime_ns, "and left alone")
    elsewhere = folder / "kept"
    check.works(qx("pack", "-m", model, "-o", elsewhere), "qx pack -o")
    check.that(elsewhere.read_bytes() == cache.read_bytes(), "qx pack makes the same file")
    named = qx("generate", "-m", model, f"--pack-cache={elsewhere}", *RUN, "-t", 1)
    check.that(named.out == plain.out and not named.err, "--pack-cache=PATH with one thread", named)
    text = folder / "text.txt"
    text.write_text("a b c d e f g h " * 8)
    scored = qx("perplexity", "-m", model, "-f", text, "--ctx", 16)
    again = qx("perplexity", "-m", model, "-f", text, "--ctx", 16, "--pack-cache")
    check.that(scored.code == 0 and again.out == scored.out and not again.err, "mapped by qx perplexity", again)
    check.that(cache.stat().st_mtime_ns == before.st_mtime_ns, "and left alone by it")
    return model, cache, plain.out


def bad_caches(check, model, cache, text):
    """Each is noticed with a reason, replaced, and costs no wrong word."""
    good = cache.read_bytes()

    def noticed(content, words, what):
        cache.write_bytes(content)
        run = qx("generate", "-m", model, "--pack-cache", *RUN)
        check.that(run.code == 0 and run.out == text, f"{what}: the text is right", run)
        check.that(all(w in run.err for w in words), f"{what}: noted with {words}", run)
        check.that(cache.read_bytes() == good, f"{what}: made anew")

    def changed(at, what=0xFF):
        return good[:at] + bytes([good[at] ^ what]) + good[at + 1:]

    image = int.from_bytes(good[48:56], "little")
    directory = int.from_bytes(good[40:48], "little")
    noticed(b"", ["anew"], "empty")
    for size in (1, 7, 8, 40, FRONT, FRONT + directory, image - 1, image, image + 64, len(good) - 1):
        noticed(good[:size], ["anew"], f"cut to {size} bytes")
    noticed(good + b"\0", ["goes on behind"], "a byte too many")
    noticed(changed(8), ["another version"], "format version")
    for at in (16, 24, 32):
        noticed(changed(at), ["has changed"], f"source, byte {at}")
    for at in (40, 47, 48, 55, 56, 63, FRONT, FRONT + 20, FRONT + directory - 9):
        noticed(changed(at), ["other kernels"], f"directory, byte {at}")
    noticed(changed(FRONT + directory), ["checksum"], "the checksum")
    for at in (image, image + len(good[image:]) // 2, len(good) - 1):
        noticed(changed(at, 1), ["checksum"], f"one bit of the image, byte {at}")
    half = (len(good) - image) // 2 // 64 * 64
    noticed(good[:image] + good[image + half:] + good[image:image + half], ["checksum"], "halves that changed places")
    numbers = good[:16] + struct.pack("<6Q", *[2**64 - 1] * 6) + good[FRONT:]
    noticed(numbers, ["has changed"], "numbers beyond all bounds")


def foreign_caches(check, folder, model, cache, text):
    """Of another model, of a model that was touched, of other kernels."""
    twin = make(folder, "test:q4_1", "twin.gguf")
    check.works(qx("pack", "-m", twin), "pack the twin")
    other = (folder / "twin.gguf.qxpack").read_bytes()
    cache.write_bytes(other)
    run = qx("generate", "-m", model, "--pack-cache", *RUN)
    check.that(run.out == text and "has changed" in run.err, "another model's", run)
    status = model.stat()
    os.utime(model, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    run = qx("generate", "-m", model, "--pack-cache", *RUN)
    check.that(run.out == text and "has changed" in run.err, "a nanosecond newer", run)
    for name in ("baseline", "avx2", "avx512", "avx512_vnni"):
        run = qx("generate", "-m", model, "--pack-cache", *RUN, "--arch", name)
        if run.code == 0:  # as each table differs from the one before, so does its cache
            again = qx("generate", "-m", model, "--pack-cache", *RUN, "--arch", name)
            check.that(again.out == run.out and not again.err, f"{name} maps what {name} packed", again)


def edited_model(check, folder):
    """Size and time of modification are as before, the weights are not."""
    model = make(folder, "test:q8_0", "edited.gguf")
    cache = folder / "edited.gguf.qxpack"
    check.works(qx("pack", "-m", model), "pack before the edit")
    status, content = model.stat(), bytearray(model.read_bytes())
    content[-3] ^= 4  # a code of the last row of the last matrix
    model.write_bytes(content)
    os.utime(model, ns=(status.st_atime_ns, status.st_mtime_ns))
    run = qx("generate", "-m", model, "--pack-cache", *RUN)
    check.that(run.code == 0 and "not the model's" in run.err, "an edit behind the back of the clock", run)
    check.that(cache.exists(), "made anew")


def files_that_are_no_cache(check, folder, model, text):
    """What is something else is neither read nor replaced."""
    before = model.read_bytes()
    run = qx("generate", "-m", model, f"--pack-cache={model}", *RUN)
    check.that(run.out == text and "left alone" in run.err, "the model itself", run)
    check.refuses(qx("pack", "-m", model, "-o", model), 2, ["left alone"], "pack over the model")
    check.that(model.read_bytes() == before, "the model is as it was")
    run = qx("generate", "-m", model, f"--pack-cache={folder}", *RUN)
    check.that(run.out == text and "not kept" in run.err, "a folder", run)
    run = qx("generate", "-m", model, f"--pack-cache={folder}/none/x", *RUN)
    check.that(run.out == text and "not kept" in run.err, "a folder that is not there", run)


def weights_that_are_no_numbers(check, folder):
    """The scale of the very last block becomes infinite or NaN: that is the output matrix, row 511."""
    for kind, block, scale in (("test:q4_0", 18, 0), ("test:q6_k", 210, 208), ("test:f32", 4, 2), ("test:bf16", 2, 0)):
        for bits in (0x7F80, 0xFFC0) if block < 8 else (0x7C00, 0xFC00, 0x7E01):
            model = make(folder, kind, "broken.gguf")
            content = bytearray(model.read_bytes())
            at = len(content) - block + scale
            content[at:at + 2] = bits.to_bytes(2, "little")
            model.write_bytes(content)
            for run in (qx("generate", "-m", model, *RUN), qx("pack", "-m", model)):
                check.refuses(run, FAILED, ["tensor 'output.weight', row 511", "infinite or not a number"],
                              f"{kind} {bits:#x}")


def little_memory(check, folder):
    """While it packs, the process holds at most 1.15 times the file. (A mapped cache is pages of a
    file, which the system maps in large pieces and takes back when it needs them.)"""
    model = make(folder, "llama-134m:q8_0", "big.gguf")
    cache = folder / "big.gguf.qxpack"
    for what, more in (("packing", ()), ("packing and keeping", ("--pack-cache",))):
        words = [str(PROGRAM), "generate", "-m", str(model), "-t", "2", "--ctx", "128", *map(str, RUN), *more]
        child = os.posix_spawn(words[0], words, os.environ, file_actions=[
            (os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)])
        _, status, used = os.wait4(child, 0)
        ratio = used.ru_maxrss * 1024 / model.stat().st_size
        check.that(status == 0 and 0.5 < ratio < 1.15, f"{what}: peak is {ratio:.3f} of the file")
    check.that(cache.exists(), "the cache was kept")


def main():
    check = Checks()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model, cache, text = packing_and_mapping(check, folder)
        bad_caches(check, model, cache, text)
        files_that_are_no_cache(check, folder, model, text)
        foreign_caches(check, folder, model, cache, text)
        edited_model(check, folder)
        weights_that_are_no_numbers(check, folder)
        if LIMITED and os.uname().sysname == "Linux":
            little_memory(check, folder)
    check.finish()


if __name__ == "__main__":
    main()
