"""Pairs made from sentences of real news: one that says what the sentence says, and the same with
one place changed so that it does not.

The tables below are for making errors, not for finding them: they teach a model which small words
decide. Each entry is a phenomenon, a pattern, and what may stand in its place.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

Edit = Callable[[str, random.Random], str | None]

_MONTH_NAMES = (
    "January February March April May June July August September October November December"
)
_MONTHS = tuple(_MONTH_NAMES.split())
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# (phenomenon, words, what they become)
_SWAPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("modality", r"\b(?:may|might|could)\b", ("will", "did")),
    ("modality", r"\bwill\b", ("may", "could", "will not")),
    ("modality", r"\bwould\b", ("could", "would not")),
    ("modality", r"\bis expected to\b", ("is certain to", "has decided to")),
    ("modality", r"\b(?:probably|likely|possibly|perhaps)\b", ("certainly", "hardly")),
    ("quantifier", r"\b(?:some|several|many)\b", ("all", "no", "most")),
    ("quantifier", r"\bmost\b", ("all", "few", "some")),
    ("quantifier", r"\ball\b", ("some", "most")),
    ("quantifier", r"\b(?:few|fewer)\b", ("many",)),
    ("quantifier", r"\bhalf\b", ("a quarter", "two thirds")),
    ("quantifier", r"\bboth\b", ("neither of", "one of")),
    ("quantifier", r"\bonly\b", ("not only", "mainly")),
    ("bound", r"\bat least\b", ("at most", "exactly")),
    ("bound", r"\bmore than\b", ("fewer than", "exactly")),
    ("bound", r"\b(?:nearly|almost)\b", ("more than",)),
    ("bound", r"\bup to\b", ("at least",)),
    ("bound", r"\bless than\b", ("more than",)),
    ("rank", r"\bfirst\b", ("second", "last", "third")),
    ("rank", r"\bsecond\b", ("first", "third")),
    ("rank", r"\b(?:largest|biggest|highest)\b", ("smallest", "second-largest", "lowest")),
    ("rank", r"\b(?:last|latest)\b", ("first", "next")),
    ("order", r"\bbefore\b", ("after",)),
    ("order", r"\bafter\b", ("before",)),
    ("order", r"\buntil\b", ("since",)),
    ("order", r"\bduring\b", ("after", "before")),
    ("comparison", r"\b(?:rose|increased|climbed|grew|jumped)\b", ("fell", "dropped")),
    ("comparison", r"\b(?:fell|dropped|declined|decreased)\b", ("rose", "increased")),
    ("comparison", r"\bmore\b", ("less", "fewer")),
    ("comparison", r"\b(?:higher|larger|greater)\b", ("lower", "smaller")),
    ("comparison", r"\b(?:lower|smaller)\b", ("higher", "larger")),
    ("negation", r"\b(is|are|was|were|has|have|had|will|would|can|could|did|does)\b(?! not\b|n')",
     (r"\1 not",)),
    ("negation", r"\b(is|are|was|were|has|have|had|will|would|can|could|did|does) not\b", (r"\1",)),
    ("negation", r"\bwithout\b", ("with",)),
    ("negation", r"\bnever\b", ("often", "once")),
    ("negation", r"\b(?:denied|rejected|dismissed)\b", ("confirmed", "accepted")),
    ("negation", r"\b(?:confirmed|acknowledged)\b", ("denied",)),
    ("negation", r"\bfailed to\b", ("managed to",)),
    ("status", r"\baccused of\b", ("convicted of", "cleared of")),
    ("status", r"\bcharged with\b", ("convicted of", "cleared of")),
    ("status", r"\bconvicted of\b", ("charged with", "cleared of")),
    ("status", r"\balleged(ly)?\b", ("proven", "")),
    ("status", r"\bsuspected\b", ("confirmed",)),
    ("intention", r"\b(?:plans|planned|plan|hopes|hoped|wants|wanted) to\b", ("refused to",)),
    ("intention", r"\b(?:agreed|decided|vowed|promised) to\b", ("refused to", "began to")),
    ("intention", r"\b(?:threatened|tried|attempted|sought|offered) to\b", ("decided to",)),
    ("intention", r"\brefused to\b", ("agreed to",)),
    ("outcome", r"\b(?:won|defeated|beat)\b", ("lost to",)),
    ("outcome", r"\b(?:approved|passed|backed)\b", ("rejected", "opposed")),
    ("outcome", r"\b(?:rejected|opposed|blocked)\b", ("approved", "backed")),
    ("outcome", r"\bsurvived\b", ("died in",)),
    ("condition", r"\bunless\b", ("if",)),
    ("condition", r"\bif\b", ("unless", "because")),
    ("cause", r"\bbecause\b", ("although",)),
    ("cause", r"\b(?:despite|although)\b", ("because of",)),
)  # fmt: skip

# Frames that change nothing.
_FRAMES = (
    "{}", "{}", "{}", "According to one report, {}", "One article says that {}",
    "It was reported that {}", "Reports say that {}", "Yes, {}", "Another report says {}",
    "As one article puts it, {}", "The articles say that {}",
)  # fmt: skip
# Opening words that are written small after a frame.
_OPENING_WORDS = (
    "The A An In On At After Before During It They He She We There This That These Those But And "
    "While When If As For By With Some Many Most All His Her Their Its Our"
)
_OPENERS = frozenset(_OPENING_WORDS.split())


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two statements on the same sentences; ``label`` is that of ``wrong``: c or n."""

    premise: str
    supported: str
    wrong: str
    label: str
    phenomenon: str


def contrasts(sentences: Sequence[str], rng: random.Random, most: int) -> Iterator[Contrast]:
    """At most ``most`` pairs from the sentences of one article, of phenomena as even as they go."""
    made: list[Contrast] = []
    for at, sentence in enumerate(sentences):
        if not 50 <= len(sentence) <= 260 or sentence[-1] not in '.”"':
            continue
        around = " ".join(sentences[max(0, at - 1) : at + 2])
        for phenomenon, pattern in (("number_other", _NUMBER), ("person", _FULL_NAME)):
            changed = _taken_from_around(pattern, sentence, around, rng)
            if changed is not None:
                frame = rng.choice(_FRAMES)
                right, wrong = _framed(frame, sentence), _framed(frame, changed)
                made.append(Contrast(around, right, wrong, "c", phenomenon))
        for phenomenon, label, edit in _EDITS:
            changed = edit(sentence, rng)
            if changed is not None and changed != sentence:
                frame = rng.choice(_FRAMES)
                premise = around if rng.random() < 0.3 else sentence
                made.append(
                    Contrast(
                        premise,
                        _framed(frame, sentence),
                        _framed(frame, changed),
                        label,
                        phenomenon,
                    )
                )
    rng.shuffle(made)
    seen: dict[str, int] = {}
    made.sort(key=lambda contrast: _turn(seen, contrast.phenomenon))
    yield from made[:most]


def _turn(seen: dict[str, int], phenomenon: str) -> int:
    seen[phenomenon] = seen.get(phenomenon, 0) + 1
    return seen[phenomenon]


def _framed(frame: str, sentence: str) -> str:
    if frame == "{}":
        return sentence
    first = sentence.split(" ", 1)[0]
    if first in _OPENERS:
        sentence = sentence[0].lower() + sentence[1:]
    return frame.format(sentence)


def _table_edit(pattern: str, become: tuple[str, ...]) -> Edit:
    compiled = re.compile(pattern)

    def edit(sentence: str, rng: random.Random) -> str | None:
        places = list(compiled.finditer(sentence))
        if not places:
            return None
        place = rng.choice(places)
        new = place.expand(rng.choice(become))
        return re.sub(r" {2,}", " ", sentence[: place.start()] + new + sentence[place.end() :])

    return edit


def _other_of(words: Sequence[str]) -> Edit:
    compiled = re.compile(rf"\b(?:{'|'.join(words)})\b")

    def edit(sentence: str, rng: random.Random) -> str | None:
        places = list(compiled.finditer(sentence))
        if not places:
            return None
        place = rng.choice(places)
        new = rng.choice([word for word in words if word != place.group()])
        return sentence[: place.start()] + new + sentence[place.end() :]

    return edit


_NUMBER = re.compile(r"(?<![\w.,$€£])\d[\d,]*(?:\.\d+)?(?![\w.,]*\d)")


def _changed_number(sentence: str, rng: random.Random) -> str | None:
    places = list(_NUMBER.finditer(sentence))
    if not places:
        return None
    place = rng.choice(places)
    digits = place.group()
    at = rng.choice([i for i, c in enumerate(digits) if c.isdigit()])
    new = rng.choice([d for d in "123456789" if d != digits[at]])
    return (
        sentence[: place.start()] + digits[:at] + new + digits[at + 1 :] + sentence[place.end() :]
    )


def _numbers_exchanged(sentence: str, rng: random.Random) -> str | None:
    return _exchanged(sentence, list(_NUMBER.finditer(sentence)), rng)


_NAME = re.compile(r"(?<=[a-z,] )(?:[A-Z][a-zA-Z'’-]+(?: [A-Z][a-zA-Z'’-]+)*)")
_FULL_NAME = re.compile(r"\b[A-Z][a-z'’-]+ (?:[A-Z]\. )?[A-Z][a-z'’-]+\b")
_OPENING_NAME = re.compile(r"^(?:[A-Z][a-z'’-]+ [A-Z][a-zA-Z'’-]+(?: [A-Z][a-zA-Z'’-]+)*)")


def _names_exchanged(sentence: str, rng: random.Random) -> str | None:
    places = [
        match
        for match in (*_OPENING_NAME.finditer(sentence), *_NAME.finditer(sentence))
        if match.group() not in {*_MONTHS, *_DAYS, "I"}
    ]
    return _exchanged(sentence, places, rng)


def _taken_from_around(
    pattern: re.Pattern[str], sentence: str, around: str, rng: random.Random
) -> str | None:
    """``sentence`` with one match of ``pattern`` become another that stands around it."""
    places = list(pattern.finditer(sentence))
    own = {place.group() for place in places}
    others = sorted({match.group() for match in pattern.finditer(around)} - own)
    if not places or not others:
        return None
    place = rng.choice(places)
    return sentence[: place.start()] + rng.choice(others) + sentence[place.end() :]


def _exchanged(sentence: str, places: Sequence[re.Match[str]], rng: random.Random) -> str | None:
    """``sentence`` with two of ``places`` in each other's place."""
    pairs = [
        (one, other)
        for i, one in enumerate(places)
        for other in places[i + 1 :]
        if one.group() != other.group() and one.end() < other.start()
    ]
    if not pairs:
        return None
    one, other = rng.choice(pairs)
    return (
        sentence[: one.start()] + other.group() + sentence[one.end() : other.start()]
        + one.group() + sentence[other.end() :]
    )  # fmt: skip


# What a hedge leaves open is not said; what is turned round is contradicted.
_OPEN = {"modality", "status", "intention", "condition", "cause", "quantifier", "bound"}
_EDITS: tuple[tuple[str, str, Edit], ...] = (
    *(
        (name, "n" if name in _OPEN else "c", _table_edit(pattern, become))
        for name, pattern, become in _SWAPS
    ),
    ("date", "c", _other_of(_MONTHS)),
    ("date", "c", _other_of(_DAYS)),
    ("number", "c", _changed_number),
    ("number_other", "c", _numbers_exchanged),
    ("role", "c", _names_exchanged),
    ("role", "c", _names_exchanged),
)
