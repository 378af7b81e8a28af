#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""qx quantize: mixes, importance matrices, elements that no block holds, what it refuses."""
import json
import math
import os
import pty
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

from program import HOSTILE, PROGRAM, Checks, qx

sys.path.insert(0, str(HOSTILE))
from make import ARRAY, STRING, U32, key, string, tensor, u32, u64, whole  # noqa: E402

FAILED, MISUSED = 1, 2
FILE_TYPES = {
    "F32": 0, "F16": 1, "Q4_0": 2, "Q4_1": 3, "Q8_0": 7, "Q5_0": 8, "Q5_1": 9, "Q2_K": 10, "Q3_K_S": 11,
    "Q3_K_M": 12, "Q3_K_L": 13, "Q4_K_S": 14, "Q4_K_M": 15, "Q5_K_S": 16, "Q5_K_M": 17, "Q6_K": 18, "Q2_K_S": 21,
    "IQ4_NL": 25, "BF16": 32, "MXFP4": 38, "MXFP4_MOE": 38}


def floats(*numbers):
    return struct.pack(f"<{len(numbers)}f", *numbers)


def wave(count, scale=1.0):
    """Numbers without pattern that a test can make again."""
    return [scale * math.sin(i * i * 0.37 + i) for i in range(count)]


def gguf(path, tensors, keys=()):
    """Tensors are (name, dims, numbers)."""
    infos, data = [], b""
    for name, dims, numbers in tensors:
        infos.append(tensor(name, dims, 0, len(data)))
        data += floats(*numbers)
        data += bytes(-len(data) % 32)
    path.write_bytes(whole(keys, infos, data))
    return path


def imatrix(path, entries):
    keys = [key("general.type", STRING, string("imatrix")),
            key("imatrix.datasets", ARRAY, u32(STRING) + u64(1) + string("words.txt")),
            key("imatrix.chunk_count", U32, u32(3)), key("imatrix.chunk_size", U32, u32(512))]
    tensors = []
    for name, sums in entries.items():
        tensors += [(f"{name}.in_sum2", (len(sums), 1), sums), (f"{name}.counts", (1, 1), [2.0])]
    return gguf(path, tensors, keys)


def inspected(check, path):
    return json.loads(check.works(qx("inspect", path, "--json"), f"inspect {path.name}").out)


def decoded(check, path, folder):
    """The bytes of the first tensor in f32."""
    out = folder / "decoded.gguf"
    check.works(qx("quantize", path, out, "f32"), f"{path.name} back to f32 without being asked twice")
    first = inspected(check, out)["tensors"][0]
    raw = out.read_bytes()[first["offset"]:first["offset"] + first["bytes"]]
    return struct.unpack(f"<{len(raw) // 4}f", raw)


def loss(a, b, weights):
    return sum(w * (x - y) ** 2 for x, y, w in zip(a, b, weights))


def mixes(check, folder):
    """Every type of a small llama: its number, its types, and that it runs."""
    source = folder / "model.gguf"
    check.works(qx("synth", "test:f16", source), "synth")
    text = qx("quantize", "--help").out.decode()
    sizes = {}
    for name, number in FILE_TYPES.items():
        out = folder / f"{name}.gguf"
        run = check.works(qx("quantize", source, out, name.lower()), f"quantize to {name}")
        check.that(run.out == b"" and run.err.count("\n") == 1 and "\r" not in run.err, f"{name}: one line in a pipe", run)
        found = inspected(check, out)
        check.that(found["metadata"]["general.file_type"] == number, f"{name}: general.file_type is {number}")
        check.that(any(line.split()[:1] == [name] for line in text.splitlines()), f"{name} is in the help")
        check.works(qx("logits", "-m", out, "--tokens", "1 2 3", "-o", folder / "logits"), f"{name} runs")
        logits = (folder / "logits").read_bytes()
        check.that(all(map(math.isfinite, struct.unpack(f"<{len(logits) // 4}f", logits))), f"{name}: finite logits")
        sizes[name] = out.stat().st_size
    check.that(sizes["Q2_K"] < sizes["Q3_K_M"] < sizes["Q4_K_S"] < sizes["Q4_K_M"] < sizes["Q5_K_M"] < sizes["Q6_K"],
               f"more bits make larger files: {sizes}")
    types = {t["name"]: t["type"] for t in inspected(check, folder / "Q4_K_M.gguf")["tensors"]}
    # Two layers: neither is in the first eighth, the second is in the last.
    wanted = {"output.weight": "q6_k", "token_embd.weight": "q4_k", "blk.0.attn_v.weight": "q4_k",
              "blk.1.attn_v.weight": "q6_k", "blk.1.ffn_down.weight": "q6_k", "blk.1.ffn_up.weight": "q4_k",
              "blk.1.ffn_norm.weight": "f32", "output_norm.weight": "f32"}
    check.that(all(types[name] == kind for name, kind in wanted.items()), f"the types of Q4_K_M: {types}")
    for words, output in ((("q4_0",), "q4_0"), (("Q4_0", "--mix"), "q6_k"), (("q4_k",), "q4_k"),
                          (("q4_k", "--mix"), "q6_k"), (("Q4_K_M", "--pure"), "q4_k")):
        out = folder / "named.gguf"
        check.works(qx("quantize", source, out, *words), f"quantize {words}")
        types = {t["name"]: t["type"] for t in inspected(check, out)["tensors"]}
        check.that(types["output.weight"] == output, f"{words}: the output matrix is {types['output.weight']}")
        check.that(output == "q6_k" or set(types.values()) == {output, "f32"}, f"{words} is one type: {types}")
    same = [folder / "threads1.gguf", folder / "threads7.gguf"]
    for path, threads in zip(same, (1, 7)):
        check.works(qx("quantize", source, path, "Q4_K_M", "-t", threads), f"{threads} threads")
    check.that(same[0].read_bytes() == same[1].read_bytes(), "any number of threads gives the same bytes")


def watched(check, folder):
    """On a terminal a bar shows how far it is, and is gone at the end."""
    leader, follower = pty.openpty()
    command = [str(PROGRAM), "quantize", str(folder / "model.gguf"), str(folder / "watched.gguf"), "Q4_K_M", "-t", "2"]
    done = subprocess.run(command, stderr=follower, stdout=subprocess.PIPE, timeout=120, check=False)
    os.close(follower)
    shown = b""
    try:
        while part := os.read(leader, 65536):
            shown += part
    except OSError:  # how Linux says that nobody writes any more
        pass
    os.close(leader)
    check.that(done.returncode == 0 and done.stdout == b"", f"quantize on a terminal: {shown!r}")
    check.that(b"quantizing" in shown and b"100 %" in shown, f"a bar: {shown[:200]!r}")
    last = shown.split(b"\x1b[K")[-1]
    check.that(b"watched.gguf: " in last and b"quantizing" not in last, f"and a report when it is gone: {last!r}")


def twice(check, folder):
    once, again = folder / "Q4_K_M.gguf", folder / "again.gguf"
    check.refuses(qx("quantize", once, again, "q8_0"), FAILED, ["already", "--requantize"], "what is quantised already")
    check.that(not again.exists(), "a refusal leaves no file")
    check.works(qx("quantize", once, again, "q8_0", "--requantize"), "quantised again on request")
    check.that({t["type"] for t in inspected(check, again)["tensors"]} == {"q8_0", "f32"}, "all is q8_0 now")
    check.works(qx("quantize", once, again, "Q4_K_M"), "to what it is already")
    check.that(again.read_bytes()[-1024:] == once.read_bytes()[-1024:], "which changes nothing")


def unfit(check, folder):
    """Elements that no block can hold."""
    out = folder / "unfit-out.gguf"
    for value, kind, words in ((math.nan, "q4_k_m", "NaN"), (math.inf, "q8_0", "infinity"), (-math.inf, "f32", "-infinity"),
                               (1e5, "f16", "beyond what f16 can hold"), (-7e4, "q4_0", "beyond what q4_0 can hold")):
        numbers = wave(8 * 256)
        numbers[5 * 256 + 7] = value
        numbers[6 * 256 + 1] = math.nan
        made = gguf(folder / "unfit.gguf", [("blk.0.ffn_up.weight", (256, 8), numbers)])
        for threads in (1, 3):
            check.refuses(qx("quantize", made, out, kind, "-t", threads), FAILED,
                          [words, "'blk.0.ffn_up.weight'", "row 5, column 7"], f"{value} to {kind}")
        check.that(not out.exists(), f"{value} to {kind} leaves no file")
    made = gguf(folder / "unfit.gguf", [("blk.0.attn_norm.weight", (256,), [math.nan] * 256)])
    check.refuses(qx("quantize", made, out, "q4_0"), FAILED, ["NaN", "attn_norm", "column 0"], "NaN in what stays")
    made = gguf(folder / "unfit.gguf", [("blk.0.ffn_up.weight", (256, 8), wave(2048, 3e38))])
    check.works(qx("quantize", made, out, "bf16"), "bf16 holds what f32 holds")


def importance(check, folder):
    name, numbers = "blk.0.ffn_up.weight", wave(64 * 256)
    source = gguf(folder / "source.gguf", [(name, (256, 64), numbers)])
    sums = [2.0 * 100 ** math.sin(3.0 * i) for i in range(256)]
    weights = [s / 2 for s in sums] * 64
    older = folder / "older.dat"
    older.write_bytes(u32(1) + u32(len(name)) + name.encode() + u32(1) + u32(256) + floats(*weights[:256]) + u32(3)
                      + u32(9) + b"words.txt")
    newer = imatrix(folder / "newer.gguf", {name: sums, "token_embd.weight": [1.0]})
    for kind in ("Q2_K", "Q3_K_S", "Q4_0", "Q4_1", "Q4_K_S", "Q5_0", "Q5_1", "Q5_K_S", "Q6_K", "IQ4_NL"):
        plain, weighted, same = (folder / f"{n}.gguf" for n in ("plain", "weighted", "same"))
        check.works(qx("quantize", source, plain, kind), f"{kind} without weights")
        check.works(qx("quantize", source, weighted, kind, "--imatrix", newer), f"{kind} with weights")
        check.works(qx("quantize", source, same, kind, "--imatrix", older), f"{kind} with weights from an older file")
        losses = [loss(numbers, decoded(check, p, folder), weights) for p in (plain, weighted)]
        check.that(losses[1] < 0.9 * losses[0], f"{kind}: weights lower the weighted error: {losses}")
        check.that(weighted.read_bytes()[-4096:] == same.read_bytes()[-4096:], f"{kind}: both kinds of files say the same")
    keys = inspected(check, folder / "weighted.gguf")["metadata"]
    check.that([keys.get(f"quantize.imatrix.{k}") for k in ("file", "dataset", "entries_count", "chunks_count")]
               == ["newer.gguf", "words.txt", 2, 3], f"where the weights came from: {keys}")


def other_models(check, folder):
    """Importance matrices of other models, and files that are none."""
    name, out = "blk.0.ffn_up.weight", folder / "imatrix-out.gguf"
    source = gguf(folder / "source.gguf", [(name, (256, 4), wave(1024))])
    bad = folder / "bad.gguf"
    sound = imatrix(folder / "sound.gguf", {name: [1.0] * 256}).read_bytes()
    cases = [({name: [1.0] * 128}, ["another model", "256 columns"]),
             ({"blk.7.ffn_up.weight": [1.0] * 256}, ["another model", "no tensor 'blk.7.ffn_up.weight'"]),
             ({"output.weight": [1.0] * 8}, ["another model", "none of its entries"]),
             ({name: [1.0] * 255 + [math.nan]}, "value 255 is not finite"),
             ({name: [-1.0] + [1.0] * 255}, "value 0 is below 0")]
    for entries, words in cases:
        imatrix(bad, entries)
        check.refuses(qx("quantize", source, out, "q4_k_s", "--imatrix", bad, limited=True), FAILED, words, str(words))
    for content, words in ((b"", "no number of entries"), (b"\xff" * 64, "no name"), (source.read_bytes(), "general.type"),
                           (sound[:300], "bad.gguf"), (u32(1) + u32(1) + b"a" + u32(1) + u32(1 << 30), "fewer than")):
        bad.write_bytes(content)
        check.refuses(qx("quantize", source, out, "q4_k_s", "--imatrix", bad, limited=True), FAILED, words, f"imatrix: {words}")
    check.refuses(qx("quantize", source, out, "q4_k_s", "--imatrix", folder / "none"), FAILED, "No such file", "no imatrix")
    check.that(not out.exists(), "nothing is left behind")
    imatrix(bad, {name: [0.0] * 256})
    check.works(qx("quantize", source, out, "q4_k_s", "--imatrix", bad), "columns that saw nothing")
    imatrix(bad, {"token_embd.weight": [1.0] * 8})
    source = gguf(folder / "source.gguf", [(name, (256, 4), wave(1024)), ("token_embd.weight", (256, 4), wave(1024))])
    run = check.works(qx("quantize", source, out, "q4_k_s", "--imatrix", bad), "weights for the embedding only")
    check.that("does not know 1 of" in run.err, "a note says so", run)


if __name__ == "__main__":
    CHECK = Checks()
    with tempfile.TemporaryDirectory() as name:
        FOLDER = Path(name)
        mixes(CHECK, FOLDER)
        watched(CHECK, FOLDER)
        twice(CHECK, FOLDER)
        unfit(CHECK, FOLDER)
        importance(CHECK, FOLDER)
        other_models(CHECK, FOLDER)
    CHECK.finish()
