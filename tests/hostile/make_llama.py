#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes llama/: files that are sound GGUF and impossible llamas, each by one change to a sound one.

usage: make_llama.py [--check]

llama/expected.txt says what the program must answer when it is to generate text: name of the file,
a tab, words of its message. --check writes nothing and fails where a file is not what this program
would write.
"""
import math
import struct
import sys
from pathlib import Path

from make import ARRAY, F32, I32, STRING, U32, key, string, tensor, u32, u64, whole

HERE = Path(__file__).resolve().parent / "llama"
TOKENS = ["<unk>", "<s>", "</s>", "a", "b", "ab", "c", "d"]
MODEL, HEADS, KV_HEADS, DIM, FF = 8, 4, 2, 2, 8
OTHER_TYPES = {24: 1, 26: 4}  # bytes of an element of I8 and I32, by the number of the type


def number(n):
    return U32, u32(n)


def real(x):
    return F32, struct.pack("<f", x)


def text(words):
    return STRING, string(words)


def array(kind, items):
    form = {F32: "<f", I32: "<i"}
    parts = [string(i) if kind == STRING else struct.pack(form[kind], i) for i in items]
    return ARRAY, u32(kind) + u64(len(parts)) + b"".join(parts)


def sound_keys():
    """The metadata of a llama of one layer, by name."""
    return {
        "general.architecture": text("llama"),
        "llama.block_count": number(1),
        "llama.context_length": number(16),
        "llama.embedding_length": number(MODEL),
        "llama.feed_forward_length": number(FF),
        "llama.attention.head_count": number(HEADS),
        "llama.attention.head_count_kv": number(KV_HEADS),
        "llama.attention.layer_norm_rms_epsilon": real(1e-5),
        "tokenizer.ggml.model": text("llama"),
        "tokenizer.ggml.tokens": array(STRING, TOKENS),
        "tokenizer.ggml.scores": array(F32, [0.0] * len(TOKENS)),
        "tokenizer.ggml.token_type": array(I32, [2, 3, 3, 1, 1, 1, 1, 1]),
    }


def sound_tensors():
    """Extents (fastest first), type and value of every element, by name."""
    out = {"token_embd.weight": ((MODEL, len(TOKENS)), 0, 0.5), "output_norm.weight": ((MODEL,), 0, 1.0)}
    kv = KV_HEADS * DIM
    for name, dims in (("attn_norm", (MODEL,)), ("attn_q", (MODEL, MODEL)), ("attn_k", (MODEL, kv)),
                       ("attn_v", (MODEL, kv)), ("attn_output", (MODEL, MODEL)), ("ffn_norm", (MODEL,)),
                       ("ffn_gate", (MODEL, FF)), ("ffn_up", (MODEL, FF)), ("ffn_down", (FF, MODEL))):
        out[f"blk.0.{name}.weight"] = (dims, 0, 0.25)
    return out


def build(keys, tensors):
    described, data = [], b""
    for name, (dims, kind, value) in tensors.items():
        described.append(tensor(name, dims, kind, len(data)))
        count = math.prod(dims)
        data += struct.pack("<f", value) * count if kind == 0 else bytes(count * OTHER_TYPES[kind])
        data += bytes(-len(data) % 32)
    return whole([key(name, *value) for name, value in keys.items()], described, data)


def with_keys(**changes):
    """`_` stands for the dots of a key; None takes it away."""
    keys = sound_keys()
    for name, value in changes.items():
        found = next((k for k in keys if k.replace(".", "_") == name), name.replace("__", "."))
        keys[found] = value
    return build({k: v for k, v in keys.items() if v is not None}, sound_tensors())


def with_tensor(name, change):
    tensors = sound_tensors()
    tensors[name] = change
    return build(sound_keys(), {k: v for k, v in tensors.items() if v is not None})


def key_cases():
    """Name, bytes, words of the message: what the metadata can get wrong."""
    yield "architecture-none", with_keys(general_architecture=None), "there is no key 'general.architecture'"
    yield "architecture-other", with_keys(general_architecture=text("abacus")), \
        "architecture 'abacus' is none of those known: gpt2, llama, qwen2, qwen3"
    yield "architecture-number", with_keys(general_architecture=number(7)), "'general.architecture'"
    yield "layers-none", with_keys(llama_block_count=None), "there is no key 'llama.block_count'"
    yield "layers-0", with_keys(llama_block_count=number(0)), "'llama.block_count' is 0"
    yield "layers-4g", with_keys(llama_block_count=number(2**32 - 1)), "'llama.block_count' is 4294967295"
    yield "layers-2", with_keys(llama_block_count=number(2)), "there is no tensor 'blk.1.attn_norm.weight'"
    yield "model-none", with_keys(llama_embedding_length=None), "'llama.embedding_length'"
    yield "model-16", with_keys(llama_embedding_length=number(16)), "8 × 8"
    yield "model-4g", with_keys(llama_embedding_length=number(2**32 - 1)), "'llama.embedding_length' is 4294967295"
    yield "ff-0", with_keys(llama_feed_forward_length=number(0)), "'llama.feed_forward_length' is 0"
    yield "ff-text", with_keys(llama_feed_forward_length=text("8")), "'llama.feed_forward_length'"
    yield "heads-0", with_keys(llama_attention_head_count=number(0)), "'llama.attention.head_count' is 0"
    yield "heads-1g", with_keys(llama_attention_head_count=number(10**9)), "'llama.attention.head_count' is 1000000000"
    yield "kv-heads-3", with_keys(llama_attention_head_count_kv=number(3)), "do not divide among 3"
    yield "kv-heads-0", with_keys(llama_attention_head_count_kv=number(0)), "'llama.attention.head_count_kv' is 0"
    yield "context-0", with_keys(llama_context_length=number(0)), "'llama.context_length' is 0"
    yield "epsilon-none", with_keys(llama_attention_layer_norm_rms_epsilon=None), "layer_norm_rms_epsilon"
    yield "epsilon-nan", with_keys(llama_attention_layer_norm_rms_epsilon=real(math.nan)), "must be a positive number"
    yield "rope-base-negative", with_keys(llama__rope__freq_base=real(-1.0)), "must be a positive number"
    yield "rope-odd", with_keys(llama__rope__dimension_count=number(1)), "must be even"
    yield "rope-wide", with_keys(llama__rope__dimension_count=number(64)), "at most 2"
    yield "rope-kind", with_keys(llama__rope__scaling__type=text("spiral")), "rope scaling 'spiral'"


def tokenizer_cases():
    """What the vocabulary can get wrong."""
    yield "tokenizer-none", with_keys(tokenizer_ggml_model=None), "tokenizer.ggml.model"
    yield "tokenizer-unknown", with_keys(tokenizer_ggml_model=text("spell")), "spell"
    yield "tokens-none", with_keys(tokenizer_ggml_tokens=None), "tokenizer.ggml.tokens"
    yield "tokens-numbers", with_keys(tokenizer_ggml_tokens=array(I32, [1, 2])), "tokenizer.ggml.tokens"
    yield "scores-few", with_keys(tokenizer_ggml_scores=array(F32, [0.0])), "scores"
    yield "bos-outside", with_keys(tokenizer__ggml__bos_token_id=number(99)), "99"
    more = array(STRING, TOKENS[:3] + ["x", "y", "z", "w", "v", "▁a"])
    yield "tokens-9", with_keys(tokenizer_ggml_tokens=more, tokenizer_ggml_scores=None, tokenizer_ggml_token_type=None), \
        "ids of this model are 0"


def tensor_cases():
    """What the tensors can get wrong."""
    for name in ("token_embd", "output_norm", "blk.0.attn_q", "blk.0.ffn_down"):
        file = "tensor-none-" + name.replace(".", "-").replace("_", "-")
        yield file, with_tensor(name + ".weight", None), f"there is no tensor '{name}.weight'"
    yield "tensor-wide", with_tensor("blk.0.attn_q.weight", ((MODEL, 16), 0, 0.1)), "'blk.0.attn_q.weight' is 16 × 8"
    yield "tensor-turned", with_tensor("blk.0.attn_k.weight", ((4, MODEL), 0, 0.1)), "'blk.0.attn_k.weight' is 8 × 4"
    yield "norm-short", with_tensor("blk.0.ffn_norm.weight", ((4,), 0, 1.0)), "'blk.0.ffn_norm.weight'"
    yield "matrix-i32", with_tensor("blk.0.ffn_up.weight", ((MODEL, FF), 26, 0)), "type i32"
    yield "norm-i8", with_tensor("output_norm.weight", ((MODEL,), 24, 0)), "type i8"
    yield "bias", with_tensor("blk.0.attn_q.bias", ((MODEL,), 0, 0.1)), "'blk.0.attn_q.bias' is no part of"
    yield "rope-factors-long", with_tensor("rope_freqs.weight", ((64,), 0, 1.0)), "'rope_freqs.weight'"
    yield "weights-nan", with_tensor("output_norm.weight", ((MODEL,), 0, math.nan)), "is not a number"
    yield "weights-infinite", with_tensor("blk.0.ffn_down.weight", ((FF, MODEL), 0, math.inf)), "infinite or not a number"


def written():
    """Path and bytes of everything that belongs into the folder."""
    yield HERE / "sound.gguf", build(sound_keys(), sound_tensors())
    table = []
    for name, data, words in (*key_cases(), *tokenizer_cases(), *tensor_cases()):
        yield HERE / f"{name}.gguf", data
        table.append(f"{name}.gguf\t{words}\n")
    yield HERE / "expected.txt", "".join(table).encode()


if __name__ == "__main__":
    wanted = dict(written())
    if "--check" in sys.argv[1:]:
        stale = [p.name for p, data in wanted.items() if not p.exists() or p.read_bytes() != data]
        stale += [p.name for p in HERE.iterdir() if p not in wanted]
        print("\n".join(f"not what make_llama.py writes: {name}" for name in stale))
        sys.exit(1 if stale else 0)
    HERE.mkdir(exist_ok=True)
    for path, data in wanted.items():
        path.write_bytes(data)
