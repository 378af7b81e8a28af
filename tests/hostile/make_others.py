#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes others/: small models of every architecture but the plain llama, sound ones and impossible ones,
each of these by one change.

usage: make_others.py [--check]

others/expected.txt says what the program must answer when it is to generate text: name of the file,
a tab, words of its message; no words where it must work. --check writes nothing and fails where a
file is not what this program would write.
"""
import math
import sys
from pathlib import Path

from make_llama import TOKENS, build, number, real, sound_keys, text

HERE = Path(__file__).resolve().parent / "others"
MODEL, HEADS, KV_HEADS, DIM, FF, CONTEXT, EXPERTS = 8, 4, 2, 2, 12, 16, 3
KV = KV_HEADS * DIM


def keys_of(architecture, epsilon="layer_norm_rms_epsilon", **more):
    """The metadata of a model of one layer; what a tokenizer needs is a llama's."""
    words = {name: value for name, value in sound_keys().items() if name.startswith("tokenizer.")}
    shape = {"block_count": 1, "context_length": CONTEXT, "embedding_length": MODEL, "feed_forward_length": FF,
             "attention.head_count": HEADS, **more}
    return {"general.architecture": text(architecture), **{f"{architecture}.{k}": number(n) for k, n in shape.items()},
            f"{architecture}.attention.{epsilon}": real(1e-5), **words}


def tensors_of(layer):
    """Extents (fastest first), type and value of every element, by name."""
    whole = {"token_embd.weight": ((MODEL, len(TOKENS)), 0, 0.5), "output_norm.weight": ((MODEL,), 0, 1.0)}
    return whole | {f"blk.0.{name}": (dims, 0, 0.25) for name, dims in layer.items()}


LLAMA_LAYER = {"attn_norm.weight": (MODEL,), "attn_q.weight": (MODEL, MODEL), "attn_k.weight": (MODEL, KV),
               "attn_v.weight": (MODEL, KV), "attn_output.weight": (MODEL, MODEL), "ffn_norm.weight": (MODEL,)}
ONE_NETWORK = {"ffn_gate.weight": (MODEL, FF), "ffn_up.weight": (MODEL, FF), "ffn_down.weight": (FF, MODEL)}
EXPERT_NETWORKS = {"ffn_gate_inp.weight": (MODEL, EXPERTS), "ffn_gate_exps.weight": (MODEL, FF, EXPERTS),
                   "ffn_up_exps.weight": (MODEL, FF, EXPERTS), "ffn_down_exps.weight": (FF, MODEL, EXPERTS)}
QKV_BIASES = {"attn_q.bias": (MODEL,), "attn_k.bias": (KV,), "attn_v.bias": (KV,)}
QK_NORMS = {"attn_q_norm.weight": (DIM,), "attn_k_norm.weight": (DIM,)}
GPT2_LAYER = {"attn_qkv.weight": (MODEL, 3 * MODEL), "attn_output.weight": (MODEL, MODEL), "ffn_up.weight": (MODEL, FF),
              "ffn_down.weight": (FF, MODEL), "attn_norm.weight": (MODEL,), "ffn_norm.weight": (MODEL,),
              "attn_qkv.bias": (3 * MODEL,), "attn_output.bias": (MODEL,), "ffn_up.bias": (FF,),
              "ffn_down.bias": (MODEL,), "attn_norm.bias": (MODEL,), "ffn_norm.bias": (MODEL,)}


def sound(kind):
    """Keys and tensors of a sound model."""
    if kind == "gpt2":
        tensors = tensors_of(GPT2_LAYER)
        tensors["position_embd.weight"] = ((MODEL, CONTEXT), 0, 0.125)
        tensors["output_norm.bias"] = ((MODEL,), 0, 0.0)
        return keys_of("gpt2", epsilon="layer_norm_epsilon"), tensors
    if kind == "moe":
        more = {"attention.head_count_kv": KV_HEADS, "expert_count": EXPERTS, "expert_used_count": 2}
        return keys_of("llama", **more), tensors_of(LLAMA_LAYER | EXPERT_NETWORKS)
    own = QKV_BIASES if kind == "qwen2" else QK_NORMS
    return keys_of(kind, **{"attention.head_count_kv": KV_HEADS}), tensors_of(LLAMA_LAYER | own | ONE_NETWORK)


def changed(kind, keys=None, tensors=None):
    """A sound model with some keys and tensors replaced, or taken away by None."""
    own_keys, own_tensors = sound(kind)
    own_keys.update(keys or {})
    own_tensors.update(tensors or {})
    return build({k: v for k, v in own_keys.items() if v is not None},
                 {k: v for k, v in own_tensors.items() if v is not None})


def floats(*dims, value=0.25):
    return dims, 0, value


def missing_tensors():
    """Each tensor that a plain llama does not have, taken away."""
    for kind, own in (("gpt2", [f"blk.0.{name}" for name in GPT2_LAYER] + ["position_embd.weight", "output_norm.bias"]),
                      ("qwen2", [f"blk.0.{name}" for name in QKV_BIASES]),
                      ("qwen3", [f"blk.0.{name}" for name in QK_NORMS]),
                      ("moe", [f"blk.0.{name}" for name in EXPERT_NETWORKS])):
        for name in own:
            file = f"{kind}-none-" + name.replace(".", "-").replace("_", "-")
            yield file, changed(kind, tensors={name: None}), f"there is no tensor '{name}'"


def misshapen_tensors():
    def case(kind, name, tensor, words):
        short = name.removeprefix("blk.0.").replace(".", "-").replace("_", "-")
        size = "x".join(map(str, tensor[0]))
        return f"{kind}-{short}-{size}", changed(kind, tensors={name: tensor}), words
    yield case("gpt2", "blk.0.attn_qkv.weight", floats(MODEL, 2 * MODEL), "'blk.0.attn_qkv.weight' is 16 × 8; the header asks for 24 × 8")
    yield case("gpt2", "blk.0.attn_qkv.bias", floats(MODEL), "'blk.0.attn_qkv.bias' is 1 × 8; the header asks for 1 × 24")
    yield case("gpt2", "position_embd.weight", floats(MODEL, 4), "'position_embd.weight' is 4 × 8; the header asks for 16 × 8")
    yield case("gpt2", "blk.0.ffn_norm.bias", floats(MODEL, 2), "'blk.0.ffn_norm.bias' is 2 × 8")
    yield case("qwen2", "blk.0.attn_k.bias", floats(MODEL), "'blk.0.attn_k.bias' is 1 × 8; the header asks for 1 × 4")
    yield case("qwen3", "blk.0.attn_q_norm.weight", floats(MODEL), "'blk.0.attn_q_norm.weight' is 1 × 8; the header asks for 1 × 2")
    yield case("moe", "blk.0.ffn_gate_inp.weight", floats(MODEL, 4), "'blk.0.ffn_gate_inp.weight' is 4 × 8")
    yield case("moe", "blk.0.ffn_up_exps.weight", floats(MODEL, FF, 2), "'blk.0.ffn_up_exps.weight' is 2 × 12 × 8; the header asks for 3 × 12 × 8")
    yield case("moe", "blk.0.ffn_gate_exps.weight", floats(MODEL, EXPERTS, FF), "'blk.0.ffn_gate_exps.weight' is 12 × 3 × 8")
    yield case("moe", "blk.0.ffn_down_exps.weight", floats(FF, MODEL * EXPERTS), "'blk.0.ffn_down_exps.weight' is 24 × 12; the header asks for 3 × 8 × 12")


def other_cases():
    for kind in ("gpt2", "qwen2", "qwen3", "moe"):
        yield f"{kind}-sound", changed(kind), ""
    yield "moe-used-none", changed("moe", keys={"llama.expert_used_count": None}), "there is no key 'llama.expert_used_count'"
    yield "moe-used-0", changed("moe", keys={"llama.expert_used_count": number(0)}), "'llama.expert_used_count' is 0"
    yield "moe-used-4", changed("moe", keys={"llama.expert_used_count": number(4)}), "'llama.expert_used_count' is 4, which is outside 1…3"
    yield "moe-experts-4g", changed("moe", keys={"llama.expert_count": number(2**32 - 1)}), "'llama.expert_count' is 4294967295"
    yield "moe-nan", changed("moe", tensors={"blk.0.ffn_up_exps.weight": floats(MODEL, FF, EXPERTS, value=math.nan)}), "'blk.0.ffn_up_exps.weight', row 0"
    yield "moe-router-nan", changed("moe", tensors={"blk.0.ffn_gate_inp.weight": floats(MODEL, EXPERTS, value=math.nan)}), "not a number"
    yield "gpt2-kv-heads-2", changed("gpt2", keys={"gpt2.attention.head_count_kv": number(2)}), "as many key/value heads as query heads"
    yield "gpt2-epsilon-none", changed("gpt2", keys={"gpt2.attention.layer_norm_epsilon": None}), "'gpt2.attention.layer_norm_epsilon'"
    yield "gpt2-layers-2", changed("gpt2", keys={"gpt2.block_count": number(2)}), "there is no tensor 'blk.1.attn_norm.weight'"
    yield "gpt2-qkv-i32", changed("gpt2", tensors={"blk.0.attn_qkv.weight": ((MODEL, 3 * MODEL), 26, 0)}), "type i32"
    yield "gpt2-bias-infinite", changed("gpt2", tensors={"blk.0.ffn_up.bias": floats(FF, value=math.inf)}), "not a number"
    yield "qwen3-rope-odd", changed("qwen3", keys={"qwen3.rope.dimension_count": number(1)}), "'qwen3.rope.dimension_count' is 1; it must be even"
    yield "qwen3-bias", changed("qwen3", tensors={"blk.0.attn_q.bias": floats(MODEL)}), "'blk.0.attn_q.bias' is no part of this architecture's graph"


def written():
    """Path and bytes of everything that belongs into the folder."""
    table = []
    for name, data, words in (*other_cases(), *missing_tensors(), *misshapen_tensors()):
        yield HERE / f"{name}.gguf", data
        table.append(f"{name}.gguf\t{words}\n")
    yield HERE / "expected.txt", "".join(table).encode()


if __name__ == "__main__":
    wanted = dict(written())
    if "--check" in sys.argv[1:]:
        stale = [p.name for p, data in wanted.items() if not p.exists() or p.read_bytes() != data]
        stale += [p.name for p in HERE.iterdir() if p not in wanted]
        print("\n".join(f"not what make_others.py writes: {name}" for name in stale))
        sys.exit(1 if stale else 0)
    HERE.mkdir(exist_ok=True)
    for path, data in wanted.items():
        path.write_bytes(data)
