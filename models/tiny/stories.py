#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A grammar of small stories.

    stories.py [-n COUNT] [--seed SEED]

Story number i of a seed is always the same text. A plot (plots_a.py, plots_b.py) decides what
happens and why; this file keeps the state of a story (who is in it, which pronouns they take,
where they are) and turns templates into sentences:

    [one|two|three]   one of the alternatives, nested as deep as you like
    {A} {A!} {A+}     hero: a mention; the name to call; "a little fox named Pip"
    {Ahe} {Ahim} {Ahis} {Aself}   the hero's pronouns (likewise for B, C and the elder E)
    {thing}           anything the plot has set
"""
import argparse
import random
import re

import storywords as W

PRONOUNS = {"he": ("he", "him", "his", "himself"), "she": ("she", "her", "her", "herself"),
            "it": ("it", "it", "its", "itself"), "they": ("they", "them", "their", "themselves")}
INNERMOST = re.compile(r"\[([^\[\]]*)\]")
SLOT = re.compile(r"\{([^{}]+)\}")
ARTICLE = re.compile(r"\b([Aa]) (?=[aeiouAEIOU])(?!(?:[Uu]s[eu]|[Uu]ni|[Oo]ne\b|[Oo]nce\b|[Ee]u))")
ARTICLE_H = re.compile(r"\b([Aa]) (?=(?:honest|hour))")
SENTENCE = re.compile(r"((?:^|[.!?]\"? +|\n)\"?)([a-z])")
# After a quotation that ends in "!" or "?", words such as "said the fox" go on with the sentence.
SPEECH = re.compile(r"([!?]\" )((?:(?:He|She|It|They(?: all)?|Everyone|The [a-z]+(?: [a-z]+)?) )?)"
                    r"((?i:said|asked|cried|shouted|called|cheered|whispered|thought|sighed|laughed|answered|would say)\b)")


class Person:
    def __init__(self, name, kind, size, he, home, called=None, intro=None):
        self.name, self.kind, self.size, self.home = name, kind, size, home
        self.he, self.him, self.his, self.self = PRONOUNS[he]
        self.called = called or name
        self.intro = intro
        self.human = kind in ("girl", "boy")


class Story:
    def __init__(self, rng):
        self.rng = rng
        self.people = {}
        self.slots = {}
        self.paragraphs = [[]]
        self.names = set()
        self.setting = rng.choice(list(W.SETTINGS))
        where, self.slots["here"], spots = W.SETTINGS[self.setting]
        self.slots["where"] = self.expand("[" + where + "]")
        self.spots = spots.split("|")
        rng.shuffle(self.spots)
        self.weather = "fine"

    # -- characters -----------------------------------------------------------------------
    def new_name(self, names):
        for _ in range(50):
            if self.rng.random() < 0.02:  # an invented name, so that any name can be a hero
                parts = [self.rng.choice(W.SYLLABLES) for _ in range(self.rng.choice((1, 2, 2)))]
                name = ("".join(parts) + self.rng.choice(W.NAME_ENDS)).capitalize()
            else:
                name = self.rng.choice(names)
            if name not in self.names and not any(name[:2] == n[:2] for n in self.names):
                break
        self.names.add(name)
        return name

    def cast(self, slot, only=None, named=None, kinds=None):
        """Adds a character: only = "animal" or "child", or kinds = a list of kinds."""
        r = self.rng
        he = r.choice(("he", "she"))
        if slot != "A" and r.random() < 0.5:  # most pairs take different pronouns
            he = "she" if self.people["A"].he == "he" else "he"
        what = only or r.choice(("animal", "animal", "animal", "child", "child", "child", "other"))
        used = {p.kind for p in self.people.values()}
        size = r.choice(W.SIZES.split("|"))
        if kinds or what in ("animal", "other"):
            if kinds:
                table = {k: W.ANIMALS.get(k, "nest") for k in kinds}
            else:
                table = W.ANIMALS if what == "animal" else r.choice((W.FANTASTIC, W.PEOPLE))
            kind = r.choice([k for k in table if k not in used])
            home = r.choice(table[kind].split("|"))
            name = self.new_name(W.PETS_F if he == "she" else W.PETS_M)
            if what == "other" and table is W.PEOPLE:
                size = "young"
                name = self.new_name(W.GIRLS if he == "she" else W.BOYS)
            elif size == "tiny" and kind in ("bear", "elephant", "giant", "pony", "donkey", "dragon"):
                size = "little"
        else:
            kind = "girl" if he == "she" else "boy"
            size = "little" if size == "tiny" else size
            home = r.choice(("cottage", "small house", "house with a blue door", "little cottage",
                             "house with a red roof", "tall narrow house"))
            name = self.new_name(W.GIRLS if he == "she" else W.BOYS)
        p = Person(name, kind, "young" if kind == "giant" else size, he, home)
        if named is False or (named is None and slot == "A" and kind not in ("girl", "boy")
                              and r.random() < 0.12):
            p.called = None  # the story only says "the little fox"
        self.people[slot] = p
        return p

    def elder(self, slot="E"):
        intro, later, he = self.rng.choice([e for e in W.ELDERS if e[1].split()[-1] not in self.names])
        self.names.add(later.split()[-1])
        p = Person(self.expand(later), "elder", "old", he, "house")
        p.intro = self.expand(intro)
        self.people[slot] = p
        return p

    def mention(self, slot, how):
        p, r = self.people[slot], self.rng
        full = f"{p.size} {p.kind}"
        if p.kind == "elder":
            return (p.intro + "," if ", " in p.intro else p.intro) if how == "+" else p.name
        if p.called is None:
            return {"!": full, "+": "a " + full}.get(how) or "the " + (full if r.random() < 0.6 else p.kind)
        if how == "!":
            return p.name
        if how == "+":
            return r.choice((f"a {full} named {p.name}", f"a {p.kind} named {p.name}", f"a {full} called {p.name}"))
        if how == "~":  # "his friend Pip the fox"
            return p.name if p.human else r.choice((f"{p.name} the {p.kind}", p.name + f", a {p.kind},"))
        if not p.human and r.random() < 0.12:
            return "the " + (full if r.random() < 0.5 else p.kind)
        return p.name

    # -- templates ------------------------------------------------------------------------
    def expand(self, text):
        while True:
            new = INNERMOST.sub(lambda m: self.rng.choice(m[1].split("|")), text)
            if new == text:
                break
            text = new
        for _ in range(4):
            if "{" not in text:
                break
            text = SLOT.sub(self.fill, text)
            while "[" in text:
                text = INNERMOST.sub(lambda m: self.rng.choice(m[1].split("|")), text)
        return text

    def fill(self, m):
        key = m[1]
        if key in self.slots:
            return self.slots[key]
        who, rest = key[0], key[1:]
        if rest in ("", "!", "+", "~"):
            return self.mention(who, rest)
        return getattr(self.people[who], {"kind": "kind", "name": "name"}.get(rest, rest))

    def set(self, **slots):
        for k, v in slots.items():
            self.slots[k] = self.expand(v)

    def pick(self, *options):
        return self.rng.choice(options)

    def maybe(self, *options):
        """One of some sentences that the story can do without."""
        return self.rng.choice(options) if self.chance(0.5) else ""

    def chance(self, p):
        return self.rng.random() < p

    def spot(self):
        return self.spots.pop() if len(self.spots) > 1 else self.spots[0]

    def say(self, *sentences):
        """Adds sentences; an empty alternative adds nothing."""
        for s in sentences:
            s = self.expand(s).strip()
            if s:
                self.paragraphs[-1].append(s)

    def para(self):
        if self.paragraphs[-1]:
            self.paragraphs.append([])

    def text(self):
        out = ""
        for p in (" ".join(p) for p in self.paragraphs if p):
            # No name begins a paragraph: after a line break it would be made of other pieces than
            # after a space, and the small model would have to learn each name twice.
            gap = " " if p.split()[0].split("'")[0].strip(",") in self.names else "\n\n"
            out += gap + p if out else p
        out = re.sub(r" +", " ", out).replace(",,", ",").replace(",.", ".").replace(",!", "!").replace(",:", ":").replace(",?", "?")
        out = ARTICLE_H.sub(r"\1n ", ARTICLE.sub(r"\1n ", out))
        out = SENTENCE.sub(lambda m: m[1] + m[2].upper(), out)
        return SPEECH.sub(lambda m: m[1] + m[2].lower() + m[3].lower(), out)

    # -- parts that every plot shares -------------------------------------------------------
    def begin(self, traits=W.TRAITS, weather="fine|fine|fine|rain|cold|wind|fog", only=None, named=None):
        """The opening: the hero, the setting, perhaps the weather and a habit."""
        a = self.cast("A", only=only, named=named)
        self.weather = self.rng.choice(weather.split("|"))
        adj, day = W.WEATHER[self.weather]
        self.set(adj=f"[{adj}]", day=f"[{day}]", part=f"[{W.DAYPARTS}]", trait=f"[{traits}]",
                 likes=f"[{W.LIKES}]", home=a.home, at=self.spot())
        lived = "lived in a {home} {where}"
        if a.called:
            plain = self.pick(
                "[once upon a time|long ago|once], {where}, there lived {A+}. {Ahe} was very {trait}",
                "once upon a time there was {A+} who [" + lived + "|lived {where}]",
                "[once upon a time|long ago], a {trait} {Akind} named {A!} lived {where}",
                "{where}, there [was|lived] a {trait} {Akind} [named|called] {A!}",
                "{where} lived {A+}, who {likes}",
                "there [once was|was once] {A+} who {likes}",
                "{A!} was a {trait} {Akind} who [lived {where}|" + lived + "|{likes}]",
                "the {Asize} {Akind} {A!} " + lived,
                "far away, {where}, [there was|there lived] a {trait} {Akind} named {A!}")
            scene = self.pick(
                "one {adj} {part}, {A!} [was {doing}|sat] {at}",
                "one {adj} {part}, {A+} was {doing} {at}",
                "one {adj} {part}, {A!} the {Akind} [woke up early|opened the door|looked outside]",
                "it was a {adj} {part}, and {A!} was {doing} {at}",
                "on a {adj} {part}, {A+} went out to [play|walk|explore]")
        else:
            plain = self.pick(
                "[once upon a time|long ago|once], {where}, there lived {A+}",
                "once upon a time there was {A+} who {likes}",
                "the {Asize} {Akind} " + lived,
                "the {Asize} {Akind} {likes}",
                "{where} lived {A+}, who {likes}",
                "a {trait} {Asize} {Akind} " + lived)
            scene = self.pick(
                "one {adj} {part}, {A+} was {doing} {at}",
                "one {adj} {part}, the {Asize} {Akind} [woke up early|was {doing} {at}]",
                "the {Asize} {Akind} was {doing} {at} one {adj} {part}")
        scene = scene.replace("the boy", "").replace("the girl", "").replace("  ", " ") if a.human else scene
        if a.human:
            scene = scene.replace(" the {Akind}", "")
            plain = plain.replace("the {Asize} {Akind} {A!}", "{A!}")
        self.set(doing="[walking|playing|resting|sitting|humming a song]")
        if self.chance(0.55):
            self.say(plain + ".")
            first = plain
            if "{likes}" not in plain and self.chance(0.45):
                self.say("{Ahe} {likes}.")
            self.opened = False
        else:
            self.say(scene + ".", self.pick("", "{day}.", "{Ahe} {likes}."))
            self.opened = True
            first = scene
        if "kind}" not in first and "{A+}" not in first and (not a.human or self.chance(0.3)):
            self.say("{Ahe} was a {trait} {Akind}.")

    def one_day(self):
        """Starts the trouble: "one windy morning, ", unless the opening has already named a day."""
        if self.opened:
            return self.pick("", "", "soon ", "after a while, ", "then ", "just then, ")
        return self.expand(self.pick("one {adj} {part}, ", "one {part}, ", "one {adj} {part}, ", "one day, "))

    def moral(self, *clauses, who="A", elder=None):
        """The lesson, as a clause without its full stop ("sharing makes a small thing big")."""
        m = self.expand(self.rng.choice(clauses))
        forms = ["{%s} [learned|understood] that %s." % (who, m),
                 "From that day on, {%s} [always remembered|never forgot|knew] that %s." % (who, m),
                 "{%s} [never forgot|had learned] that %s." % (who, m),
                 "And [that is how|so] {%s} learned that %s." % (who, m),
                 "That [night|evening], before {%she} fell asleep, {%s} thought, \"%s.\"" % (who, who, m[0].upper() + m[1:]),
                 "%s." % (m[0].upper() + m[1:])]
        if elder:
            forms += ["\"%s,\" said {%s} with a [smile|warm smile|wink]." % (m[0].upper() + m[1:], elder)] * 2
        self.say(self.rng.choice(forms))


def story(seed, index):
    from plots_a import PLOTS as first
    from plots_b import PLOTS as second
    rng = random.Random(f"{seed}/{index}")
    plot = rng.choice(first + second)
    while True:
        s = Story(rng)
        plot(s)
        text = s.text()
        if 60 <= len(text.split()) <= 180:
            return text


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("-n", type=int, default=5)
    ap.add_argument("--seed", default="1")
    args = ap.parse_args()
    print("\n\n---\n\n".join(story(args.seed, i) for i in range(args.n)))


if __name__ == "__main__":
    main()
