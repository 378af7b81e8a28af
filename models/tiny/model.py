# SPDX-License-Identifier: MIT
"""The network: a small llama (RMSNorm, rotary positions, grouped-query attention, SwiGLU).

The rotary embedding rotates the adjacent pairs (2i, 2i+1) of each head by the angle
pos * base**(-2i/head_dim). That is the convention of GGUF files whose architecture is
"llama", so the weights are exported as they are, without a permutation.
"""
import math
from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclass
class Config:
    vocab: int = 1024
    dim: int = 256
    layers: int = 5
    heads: int = 8
    kv_heads: int = 4
    ff: int = 512
    context: int = 512
    rope_base: float = 10000.0
    eps: float = 1e-5

    @property
    def head_dim(self):
        return self.dim // self.heads


class RMSNorm(nn.Module):
    def __init__(self, dim, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim))
        self.eps = eps

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


class Rope:
    """x * cos + (x @ swap) * sin, where `swap` sends each pair (a, b) to (-b, a)."""

    def __init__(self, cfg):
        d = cfg.head_dim
        freq = cfg.rope_base ** (-torch.arange(0, d, 2).float() / d)
        angle = torch.outer(torch.arange(cfg.context).float(), freq).repeat_interleave(2, 1)
        self.cos, self.sin = angle.cos(), angle.sin()
        self.swap = torch.zeros(d, d)
        for i in range(0, d, 2):
            self.swap[i + 1, i] = -1.0
            self.swap[i, i + 1] = 1.0

    def __call__(self, x):  # x: (batch, time, heads, head_dim)
        b, t, h, d = x.shape
        turned = (x.reshape(-1, d) @ self.swap).view(b, t, h, d)
        return x * self.cos[:t, None] + turned * self.sin[:t, None]


class Block(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        self.cfg = cfg
        kv = cfg.kv_heads * cfg.head_dim
        self.attn_norm = RMSNorm(cfg.dim, cfg.eps)
        self.attn_q = nn.Linear(cfg.dim, cfg.dim, bias=False)
        self.attn_k = nn.Linear(cfg.dim, kv, bias=False)
        self.attn_v = nn.Linear(cfg.dim, kv, bias=False)
        self.attn_output = nn.Linear(cfg.dim, cfg.dim, bias=False)
        self.ffn_norm = RMSNorm(cfg.dim, cfg.eps)
        self.ffn_gate = nn.Linear(cfg.dim, cfg.ff, bias=False)
        self.ffn_up = nn.Linear(cfg.dim, cfg.ff, bias=False)
        self.ffn_down = nn.Linear(cfg.ff, cfg.dim, bias=False)

    def forward(self, x, rope, mask):
        c = self.cfg
        b, t, _ = x.shape
        group = c.heads // c.kv_heads
        h = self.attn_norm(x)
        q = rope(self.attn_q(h).view(b, t, c.heads, c.head_dim)) * (1 / math.sqrt(c.head_dim))
        k = rope(self.attn_k(h).view(b, t, c.kv_heads, c.head_dim))
        v = self.attn_v(h).view(b, t, c.kv_heads, c.head_dim)
        # The query heads that share a key head are stacked along time: one bmm per key head.
        q = q.view(b, t, c.kv_heads, group, c.head_dim).permute(0, 2, 3, 1, 4)
        q = q.reshape(b * c.kv_heads, group * t, c.head_dim)
        k = k.permute(0, 2, 3, 1).reshape(b * c.kv_heads, c.head_dim, t)
        v = v.permute(0, 2, 1, 3).reshape(b * c.kv_heads, t, c.head_dim)
        score = torch.bmm(q, k).view(b, c.heads, t, t) + mask
        out = torch.bmm(F.softmax(score, -1).view(b * c.kv_heads, group * t, t), v)
        out = out.view(b, c.heads, t, c.head_dim).transpose(1, 2).reshape(b, t, c.dim)
        x = x + self.attn_output(out)
        h = self.ffn_norm(x)
        return x + self.ffn_down(F.silu(self.ffn_gate(h)) * self.ffn_up(h))


class Llama(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        self.cfg = cfg
        self.token_embd = nn.Embedding(cfg.vocab, cfg.dim)
        self.blk = nn.ModuleList(Block(cfg) for _ in range(cfg.layers))
        self.output_norm = RMSNorm(cfg.dim, cfg.eps)
        self.rope = Rope(cfg)
        for name, p in self.named_parameters():
            if p.dim() == 2:
                last = name.endswith(("attn_output.weight", "ffn_down.weight"))
                nn.init.normal_(p, std=0.04 / (math.sqrt(2 * cfg.layers) if last else 1.0))

    def forward(self, ids, doc=None):
        """Logits for every position. `doc` numbers the story each token belongs to; where it
        is given, a token sees only its own story."""
        t = ids.shape[1]
        allowed = torch.ones(t, t, dtype=torch.bool).tril()[None]
        if doc is not None:
            allowed = allowed & (doc[:, :, None] == doc[:, None, :])
        mask = torch.zeros(allowed.shape).masked_fill_(~allowed, -1e9)[:, None]
        x = self.token_embd(ids)
        for block in self.blk:
            x = block(x, self.rope, mask)
        return F.linear(self.output_norm(x), self.token_embd.weight)

    def parameter_count(self):
        return sum(p.numel() for p in self.parameters())
