#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes stories with the F32 GGUF, in numpy alone.

    sample.py model-f32.gguf [-n 5] [--prompt "The little fox"] [--temp 0.8] [--top-p 0.95]

It shares no code with training's network, so it also shows that the file says all there is to say.
"""
import argparse
import time

import numpy as np

import gguf
from tokenizer import BOS, EOS, Tokenizer


class Runner:
    def __init__(self, path):
        meta, self.w = gguf.read(path)
        self.tok = Tokenizer(*(meta["tokenizer.ggml." + k] for k in ("tokens", "scores", "token_type")))
        self.layers = meta["llama.block_count"]
        self.heads = meta["llama.attention.head_count"]
        self.kv = meta["llama.attention.head_count_kv"]
        self.context = meta["llama.context_length"]
        self.eps = meta["llama.attention.layer_norm_rms_epsilon"]
        d = meta["llama.rope.dimension_count"]
        self.freq = meta["llama.rope.freq_base"] ** (-np.arange(0, d, 2, dtype=np.float32) / d)

    def norm(self, x, name):
        return x / np.sqrt((x * x).mean() + self.eps) * self.w[name]

    def rope(self, x, pos):  # x: (heads, head_dim); rotates the pairs (2i, 2i+1)
        c, s = np.cos(pos * self.freq), np.sin(pos * self.freq)
        a, b = x[:, 0::2], x[:, 1::2]
        return np.stack([a * c - b * s, a * s + b * c], -1).reshape(x.shape).astype(np.float32)

    def start(self):
        self.cache = [([], []) for _ in range(self.layers)]

    def step(self, token, pos):
        """The logits after one more token."""
        w = self.w
        x = w["token_embd.weight"][token]
        for n, (keys, values) in enumerate(self.cache):
            b = f"blk.{n}."
            h = self.norm(x, b + "attn_norm.weight")
            q = self.rope((w[b + "attn_q.weight"] @ h).reshape(self.heads, -1), pos)
            keys.append(self.rope((w[b + "attn_k.weight"] @ h).reshape(self.kv, -1), pos))
            values.append((w[b + "attn_v.weight"] @ h).reshape(self.kv, -1))
            k, v = np.array(keys), np.array(values)
            q = q.reshape(self.kv, self.heads // self.kv, -1)
            score = np.einsum("kgd,tkd->kgt", q, k) / np.sqrt(q.shape[-1])
            score = np.exp(score - score.max(-1, keepdims=True))
            score /= score.sum(-1, keepdims=True)
            x = x + w[b + "attn_output.weight"] @ np.einsum("kgt,tkd->kgd", score, v).reshape(-1)
            h = self.norm(x, b + "ffn_norm.weight")
            gate = w[b + "ffn_gate.weight"] @ h
            x = x + w[b + "ffn_down.weight"] @ (gate / (1 + np.exp(-gate)) * (w[b + "ffn_up.weight"] @ h))
        return w["token_embd.weight"] @ self.norm(x, "output_norm.weight")

    def write(self, prompt, temp, top_p, rng, limit=500):
        """Returns (text, whether the model stopped by itself)."""
        self.start()
        ids = [BOS] + self.tok.encode(prompt)
        for pos, t in enumerate(ids):
            logits = self.step(t, pos)
        while len(ids) < min(limit, self.context):
            if temp <= 0:
                t = int(logits.argmax())
            else:
                p = np.exp((logits - logits.max()) / temp)
                order = np.argsort(-p)
                mass = np.cumsum(p[order]) / p.sum()
                order = order[:int(np.searchsorted(mass, top_p)) + 1]
                t = int(rng.choice(order, p=p[order] / p[order].sum()))
            if t == EOS:
                return self.tok.decode(ids[1:]), True
            ids.append(t)
            logits = self.step(t, len(ids) - 1)
        return self.tok.decode(ids[1:]), False


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("model")
    ap.add_argument("-n", type=int, default=5)
    ap.add_argument("--prompt", default="")
    ap.add_argument("--temp", type=float, default=0.8)
    ap.add_argument("--top-p", type=float, default=0.95)
    ap.add_argument("--seed", type=int, default=1)
    args = ap.parse_args()
    runner = Runner(args.model)
    for i in range(args.n):
        begun = time.monotonic()
        text, stopped = runner.write(args.prompt, args.temp, args.top_p, np.random.default_rng(args.seed + i))
        print(text)
        print(f"--- {len(text.split())} words, {'stopped by itself' if stopped else 'cut off'}, "
              f"{time.monotonic() - begun:.1f} s\n")


if __name__ == "__main__":
    main()
