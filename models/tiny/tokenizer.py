# SPDX-License-Identifier: MIT
"""A small SentencePiece-style vocabulary ("llama" tokenizer of GGUF) and its encoder.

Ids: 0 <unk>, 1 <s>, 2 </s>, 3..258 the bytes <0x00>..<0xFF>, then learned pieces (the earlier
learned, the higher the score), then the single characters. A piece never crosses the boundary
of a word or of a run of punctuation, so each such unit can be encoded alone and cached; the
result equals that of merging over the whole text.
"""
import collections
import heapq
import json
import re

SPACE = "\u2581"
NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6
UNK, BOS, EOS = 0, 1, 2
UNIT = re.compile(f"{SPACE}?[A-Za-z']+|{SPACE}?[^A-Za-z'{SPACE}]+|{SPACE}")


def units(text):
    """Splits a text, with the space in front that the run time adds, into units."""
    return UNIT.findall((" " + text).replace(" ", SPACE))


def learn(texts, vocab_size, favored=()):
    """Byte-pair encoding over the units of the texts; the favored words count twenty times, so
    that they become whole pieces. Returns (tokens, scores, types)."""
    chars = [SPACE] + [chr(c) for c in range(33, 127)]
    counts = collections.Counter(u for t in texts for u in units(t))
    for u in counts:
        if u.lstrip(SPACE) in favored:
            counts[u] *= 20
    words = [list(u) for u in counts]
    freq = list(counts.values())
    pairs = collections.Counter()
    where = collections.defaultdict(set)
    for i, w in enumerate(words):
        for p in zip(w, w[1:]):
            pairs[p] += freq[i]
            where[p].add(i)
    pieces = []
    while len(pieces) < vocab_size - 259 - len(chars):
        best = max((p for p in pairs if "\n" not in p[0] + p[1]), key=lambda p: (pairs[p], p))
        new = best[0] + best[1]
        if new not in pieces:
            pieces.append(new)
        for i in list(where[best]):
            w = words[i]
            for p in zip(w, w[1:]):
                pairs[p] -= freq[i]
            out, j = [], 0
            while j < len(w):
                if j + 1 < len(w) and (w[j], w[j + 1]) == best:
                    out.append(new)
                    j += 2
                else:
                    out.append(w[j])
                    j += 1
            words[i] = out
            for p in zip(out, out[1:]):
                pairs[p] += freq[i]
                where[p].add(i)
        del pairs[best]
    tokens = ["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)] + pieces + chars
    scores = [0.0] * 259 + [-float(i) for i in range(len(pieces) + len(chars))]
    types = [UNKNOWN, CONTROL, CONTROL] + [BYTE] * 256 + [NORMAL] * (len(pieces) + len(chars))
    return tokens, scores, types


class Tokenizer:
    def __init__(self, tokens, scores, types):
        self.tokens, self.scores, self.types = tokens, scores, types
        self.ids = {t: i for i, t in enumerate(tokens) if types[i] == NORMAL}
        self.cache = {}

    def merge(self, text):
        """Joins the adjacent pair with the highest score, leftmost first, until none is left."""
        part = list(text)
        after = list(range(1, len(part))) + [-1]
        before = list(range(-1, len(part) - 1))
        heap = []

        def offer(i):
            j = after[i] if i >= 0 else -1
            if j >= 0 and part[i] + part[j] in self.ids:
                new = part[i] + part[j]
                heapq.heappush(heap, (-self.scores[self.ids[new]], i, j, new))

        for i in range(len(part)):
            offer(i)
        while heap:
            _, i, j, new = heapq.heappop(heap)
            if part[i] is None or part[j] is None or after[i] != j or part[i] + part[j] != new:
                continue
            part[i], part[j] = new, None
            after[i] = after[j]
            if after[j] >= 0:
                before[after[j]] = i
            offer(before[i])
            offer(i)
        out = []
        for p in part:
            if p in self.ids:
                out.append(self.ids[p])
            elif p is not None:
                out.extend(3 + b for b in p.encode())
        return out

    def encode(self, text):
        """The ids of a text, without <s> and </s>."""
        out = []
        for u in units(text) if text else []:
            if u not in self.cache:
                self.cache[u] = self.merge(u)
            out.extend(self.cache[u])
        return out

    def decode(self, ids):
        raw = b""
        for i in ids:
            if self.types[i] == BYTE:
                raw += bytes([i - 3])
            elif self.types[i] == NORMAL:
                raw += self.tokens[i].encode()
        text = raw.decode("utf-8", "replace").replace(SPACE, " ")
        return text[1:] if text.startswith(" ") else text

    def save(self, path):
        with open(path, "w") as f:
            json.dump([self.tokens, self.scores, self.types], f)

    @classmethod
    def load(cls, path):
        with open(path) as f:
            return cls(*json.load(f))
