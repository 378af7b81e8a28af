# SPDX-License-Identifier: MIT
"""Writes and reads the F32 GGUF (version 3) file of the model."""
import struct

import numpy as np

ALIGN = 32
U32, F32, BOOL, STRING, ARRAY, I32 = 4, 6, 7, 8, 9, 5


def _string(s):
    raw = s.encode()
    return struct.pack("<Q", len(raw)) + raw


def _value(kind, v):
    if kind == STRING:
        return _string(v)
    return struct.pack({U32: "<I", F32: "<f", BOOL: "<?", I32: "<i"}[kind], v)


def metadata(cfg, tok):
    """(key, type, value); an array's type is (ARRAY, element type)."""
    return [
        ("general.architecture", STRING, "llama"),
        ("general.name", STRING, "qx tiny stories"),
        ("general.license", STRING, "mit"),
        ("general.alignment", U32, ALIGN),
        ("llama.context_length", U32, cfg.context),
        ("llama.embedding_length", U32, cfg.dim),
        ("llama.block_count", U32, cfg.layers),
        ("llama.feed_forward_length", U32, cfg.ff),
        ("llama.attention.head_count", U32, cfg.heads),
        ("llama.attention.head_count_kv", U32, cfg.kv_heads),
        ("llama.attention.layer_norm_rms_epsilon", F32, cfg.eps),
        ("llama.rope.dimension_count", U32, cfg.head_dim),
        ("llama.rope.freq_base", F32, cfg.rope_base),
        ("llama.vocab_size", U32, cfg.vocab),
        ("tokenizer.ggml.model", STRING, "llama"),
        ("tokenizer.ggml.tokens", (ARRAY, STRING), tok.tokens),
        ("tokenizer.ggml.scores", (ARRAY, F32), tok.scores),
        ("tokenizer.ggml.token_type", (ARRAY, I32), tok.types),
        ("tokenizer.ggml.bos_token_id", U32, 1),
        ("tokenizer.ggml.eos_token_id", U32, 2),
        ("tokenizer.ggml.unknown_token_id", U32, 0),
        ("tokenizer.ggml.add_bos_token", BOOL, True),
        ("tokenizer.ggml.add_eos_token", BOOL, False),
        ("tokenizer.ggml.add_space_prefix", BOOL, True),
    ]


def write(path, cfg, tok, tensors):
    """tensors: name -> numpy array; a matrix is stored with its rows contiguous."""
    meta = metadata(cfg, tok)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(meta))
    for key, kind, v in meta:
        head += _string(key)
        if isinstance(kind, tuple):
            head += struct.pack("<IIQ", ARRAY, kind[1], len(v)) + b"".join(_value(kind[1], x) for x in v)
        else:
            head += struct.pack("<I", kind) + _value(kind, v)
    offset = 0
    for name, a in tensors.items():
        head += _string(name) + struct.pack("<I", a.ndim)
        head += struct.pack(f"<{a.ndim}Q", *reversed(a.shape)) + struct.pack("<IQ", 0, offset)
        offset += -(-a.nbytes // ALIGN) * ALIGN
    with open(path, "wb") as f:
        f.write(head + b"\0" * (-len(head) % ALIGN))
        for a in tensors.values():
            raw = np.ascontiguousarray(a, dtype="<f4").tobytes()
            f.write(raw + b"\0" * (-len(raw) % ALIGN))


def read(path):
    """Returns (metadata, tensors) of a file written by write()."""
    data = open(path, "rb").read()
    pos = 0

    def take(fmt):
        nonlocal pos
        v = struct.unpack_from(fmt, data, pos)
        pos += struct.calcsize(fmt)
        return v if len(v) > 1 else v[0]

    def value(kind):
        nonlocal pos
        if kind == STRING:
            n = take("<Q")
            pos += n
            return data[pos - n:pos].decode()
        if kind == ARRAY:
            inner, n = take("<IQ")
            return [value(inner) for _ in range(n)]
        return take({U32: "<I", F32: "<f", BOOL: "<?", I32: "<i"}[kind])

    magic, version, n_tensors, n_meta = take("<4sIQQ")
    assert magic == b"GGUF" and version == 3
    meta = {}
    for _ in range(n_meta):
        key = value(STRING)
        meta[key] = value(take("<I"))
    infos = []
    for _ in range(n_tensors):
        name = value(STRING)
        dims = [take("<Q") for _ in range(take("<I"))]
        kind, offset = take("<IQ")
        assert kind == 0, "only F32 tensors"
        infos.append((name, dims[::-1], offset))
    base = -(-pos // ALIGN) * ALIGN
    tensors = {name: np.frombuffer(data, "<f4", int(np.prod(shape)), base + offset).reshape(shape)
               for name, shape, offset in infos}
    return meta, tensors
