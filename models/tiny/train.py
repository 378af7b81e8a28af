#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Trains the bundled story model from nothing and writes it as an F32 GGUF.

    train.py --out model-f32.gguf --work /tmp/qx-tiny [--minutes 60] [--threads 2]

Stories are generated while training goes on, so that none is seen twice. Every row of a batch is
<s> story </s>, padded; rows of similar length share a batch. One batch in twelve holds rows of
512 tokens that run over several stories, so that the whole context has been trained.
The learning rate follows the clock: it rises, holds, and falls in the last two fifths of the time. The state is saved in --work every few minutes; starting
again with the same --work goes on from there.
"""
import argparse
import concurrent.futures
import copy
import csv
import math
import multiprocessing
import os
import random
import time

import numpy as np
import torch
import torch.nn.functional as F

import copy_head
import gguf
import storywords
from model import Config, Llama
from stories import story
from tokenizer import BOS, EOS, SPACE, Tokenizer, learn

NAMES = set(storywords.GIRLS + storywords.BOYS + storywords.PETS_F + storywords.PETS_M)
COPY_HEAD_AT = 1_900_000  # tokens
NAME_WEIGHT = 6.0     # who is who matters most and is learned last
REPEAT_WEIGHT = 0.5   # two characters must not share a name
CHUNK = 2048          # stories generated at a time
BATCH_TOKENS = 900
PEAK_LR, LAST_LR, WARMUP, HOLD = 1.6e-3, 1e-5, 0.02, 0.6


def make_tokenizer(path, vocab):
    if not os.path.exists(path):
        print("learning the vocabulary", flush=True)
        Tokenizer(*learn([story("vocabulary", i) for i in range(12000)], vocab, NAMES)).save(path)
    return Tokenizer.load(path)


def make_chunk(seed, chunk, tok_path, _cache={}):
    """Token lists of CHUNK stories; runs in a worker process."""
    if tok_path not in _cache:
        _cache[tok_path] = Tokenizer.load(tok_path)
    tok = _cache[tok_path]
    first = chunk * CHUNK
    return [np.array([BOS] + tok.encode(story(seed, i)) + [EOS], dtype=np.int16)
            for i in range(first, first + CHUNK)]


def batches(rows, seed, context):
    """Yields (ids, targets); a target of -1 does not count."""
    rng = random.Random(seed)
    rows = list(rows)
    rng.shuffle(rows)
    cut = len(rows) // 12
    out = []
    stream = np.concatenate(rows[:cut])
    n = len(stream) // (context + 1)
    packed = stream[:n * (context + 1)].reshape(n, context + 1)
    for i in range(0, n - 1, 2):
        out.append(packed[i:i + 2].astype(np.int64))
    rest = sorted((r for r in rows[cut:] if len(r) <= context), key=lambda r: len(r) + rng.uniform(-15, 15))
    at = 0
    while at < len(rest):
        count = max(1, BATCH_TOKENS // len(rest[min(at + 12, len(rest) - 1)]))
        group = rest[at:at + count]
        at += count
        width = max(map(len, group))
        b = np.full((len(group), width), -1, dtype=np.int64)
        for j, r in enumerate(group):
            b[j, :len(r)] = r
        out.append(b)
    rng.shuffle(out)
    for b in out:
        yield torch.from_numpy(b[:, :-1].clip(min=0)), torch.from_numpy(b[:, 1:].copy())


def loss_of(model, ids, target):
    logits = model(ids)
    return F.cross_entropy(logits.view(-1, logits.shape[-1]), target.reshape(-1), ignore_index=-1)


@torch.no_grad()
def held_out_loss(model, rows):
    total = count = 0
    for i in range(0, len(rows), 16):
        group = rows[i:i + 16]
        b = np.full((len(group), max(map(len, group))), -1, dtype=np.int64)
        for j, r in enumerate(group):
            b[j, :len(r)] = r
        target = torch.from_numpy(b[:, 1:].copy())
        n = int((target >= 0).sum())
        total += float(loss_of(model, torch.from_numpy(b[:, :-1].clip(min=0)), target)) * n
        count += n
    return total / count


def repeated_name_loss(logits, ids, target, is_name):
    """How likely a new character is given the name of an old one: the mean of -log(1 - p) where a name
    appears for the first time, p being the probability of all the names before it (unlikelihood
    training, Welleck et al. 2019). Rows of several stories are left out."""
    single = (ids == BOS).sum(1) == 1
    named = F.one_hot(ids, len(is_name)).bool() & is_name          # [row, position, vocab]
    seen = named.cumsum(1) > 0
    known = target.clamp(min=0)
    new = is_name[known] & (target >= 0) & ~seen.gather(2, known[..., None])[..., 0]
    new &= seen.any(2) & single[:, None]
    if not new.any():
        return logits.sum() * 0
    old = (logits[new].softmax(-1) * seen[new]).sum(-1)
    return -torch.log1p(-old.clamp(max=1 - 1e-6)).mean()


def gradients(model, batch, weight):
    """Gradients of one batch, on one thread; returns the plain loss."""
    torch.set_num_threads(1)
    for p in model.parameters():
        p.grad = None
    ids, target = batch
    logits = model(ids)
    flat, wanted = logits.flatten(0, 1), target.flatten()
    loss = F.cross_entropy(flat, wanted, weight=weight, ignore_index=-1)
    (loss + REPEAT_WEIGHT * repeated_name_loss(logits, ids, target, weight > 1)).backward()
    return F.cross_entropy(flat.detach(), wanted, ignore_index=-1).item()


def grouped(items, size):
    items = iter(items)
    while True:
        group = [x for _, x in zip(range(size), items)]
        if len(group) < size:
            return
        yield group


def export(path, model, tok):
    gguf.write(path + ".part", model.cfg, tok, {n: p.detach().numpy() for n, p in model.named_parameters()})
    os.replace(path + ".part", path)


class Trainer:
    """The state of a training run, on disk in the folder `work`.

    A step takes one batch per replica of the model, and each replica keeps to one thread: on a
    machine that is busy with other work, two threads that wait for each other at every
    multiplication lose most of their time, two that meet once a step do not.
    """

    def __init__(self, work, out, minutes, threads, seed):
        torch.manual_seed(seed)
        os.makedirs(work, exist_ok=True)
        cfg = Config()
        self.seed, self.out, self.budget = seed, out, minutes * 60
        self.tok_path, self.ckpt_path = os.path.join(work, "tokenizer.json"), os.path.join(work, "checkpoint.pt")
        self.tok = make_tokenizer(self.tok_path, cfg.vocab)
        self.model = Llama(cfg)
        matrices = [p for p in self.model.parameters() if p.dim() == 2]
        vectors = [p for p in self.model.parameters() if p.dim() == 1]
        self.opt = torch.optim.AdamW([{"params": matrices, "weight_decay": 0.05},
                                      {"params": vectors, "weight_decay": 0.0}],
                                     lr=PEAK_LR, betas=(0.9, 0.97), foreach=True)
        self.state = {"step": 0, "tokens": 0, "elapsed": 0.0, "chunk": 0, "copying": False}
        if os.path.exists(self.ckpt_path):
            saved = torch.load(self.ckpt_path)
            self.model.load_state_dict(saved["model"])
            self.opt.load_state_dict(saved["opt"])
            self.state.update(saved["state"])
        self.held = make_chunk("held-out", 0, self.tok_path)[:320]
        self.weight = torch.ones(cfg.vocab)
        self.weight[[self.tok.ids[SPACE + n] for n in NAMES]] = NAME_WEIGHT
        self.replicas = [self.model] + [copy.deepcopy(self.model) for _ in range(threads - 1)]
        self.threads = concurrent.futures.ThreadPoolExecutor(threads)
        self.writer = multiprocessing.Pool(1)
        self.log = open(os.path.join(work, "log.csv"), "a", newline="")
        self.average = None
        print(f"{self.model.parameter_count()} parameters, {cfg}", flush=True)

    def save(self):
        torch.save({"model": self.model.state_dict(), "opt": self.opt.state_dict(), "state": self.state},
                   self.ckpt_path + ".part")
        os.replace(self.ckpt_path + ".part", self.ckpt_path)
        export(self.out, self.model, self.tok)

    def fetch(self, chunk):
        """Has the stories of a chunk written while training goes on."""
        return self.writer.apply_async(make_chunk, (self.seed, chunk, self.tok_path))

    def learning_rate(self, progress):
        warm = min(1.0, progress / WARMUP, (self.state["step"] + 1) / 100)
        fall = max(0.0, progress - HOLD) / (1 - HOLD)
        return max(LAST_LR, warm * (LAST_LR + (PEAK_LR - LAST_LR) * (1 + math.cos(math.pi * fall)) / 2))

    def spread(self):
        """Gives every replica the weights of the first."""
        with torch.no_grad():
            for m in self.replicas[1:]:
                for p, q in zip(self.model.parameters(), m.parameters()):
                    q.copy_(p)

    def install_copy_head(self):
        before = held_out_loss(self.model, self.held[:32])
        copy_head.install(self.model, self.opt, self.tok, NAMES, make_chunk("copy-head", 0, self.tok_path)[:60])
        self.spread()
        self.state["copying"] = True
        print(f"copying head: held-out loss {before:.4f} -> {held_out_loss(self.model, self.held[:32]):.4f}",
              flush=True)

    def step(self, group, lr):
        for g in self.opt.param_groups:
            g["lr"] = lr
        jobs = [self.threads.submit(gradients, m, b, self.weight) for m, b in zip(self.replicas, group)]
        losses = [j.result() for j in jobs]
        with torch.no_grad():
            for p, *others in zip(*(m.parameters() for m in self.replicas)):
                for q in others:
                    p.grad += q.grad
                p.grad /= len(group)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.opt.step()
        self.spread()
        loss = sum(losses) / len(losses)
        self.average = loss if self.average is None else 0.95 * self.average + 0.05 * loss
        self.state["step"] += 1
        self.state["tokens"] += sum(int((target >= 0).sum()) for _, target in group)

    def report(self, lr):
        s = self.state
        check = f"{held_out_loss(self.model, self.held):.4f}" if s["step"] % 200 == 0 else ""
        line = [s["step"], s["tokens"], round(s["elapsed"]), f"{lr:.2e}", f"{self.average:.4f}", check]
        csv.writer(self.log).writerow(line)
        self.log.flush()
        print("step %d tokens %d seconds %d lr %s train %s held-out %s" % tuple(line), flush=True)

    def run(self):
        begun, last_save = time.monotonic() - self.state["elapsed"], time.monotonic()
        pending = self.fetch(self.state["chunk"])
        while True:
            rows = pending.get()
            pending = self.fetch(self.state["chunk"] + 1)
            for group in grouped(batches(rows, self.state["chunk"], self.model.cfg.context), len(self.replicas)):
                self.state["elapsed"] = time.monotonic() - begun
                progress = self.state["elapsed"] / self.budget
                if progress >= 1:
                    self.save()
                    self.writer.terminate()
                    print(f"done: held-out loss {held_out_loss(self.model, self.held):.4f}", flush=True)
                    return
                if self.state["tokens"] >= COPY_HEAD_AT and not self.state["copying"]:
                    self.install_copy_head()
                lr = self.learning_rate(progress)
                self.step(group, lr)
                if self.state["step"] % 50 == 0 or self.state["step"] == 1:
                    self.report(lr)
                if time.monotonic() - last_save > 180:
                    self.save()
                    last_save = time.monotonic()
            self.state["chunk"] += 1


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("--out", required=True, help="the F32 GGUF to write")
    ap.add_argument("--work", required=True, help="folder of the vocabulary, the state and the log")
    ap.add_argument("--minutes", type=float, default=60)
    ap.add_argument("--threads", type=int, default=2)
    ap.add_argument("--seed", type=int, default=1)
    args = ap.parse_args()
    torch.set_num_threads(1)
    Trainer(args.work, args.out, args.minutes, args.threads, args.seed).run()


if __name__ == "__main__":
    main()
