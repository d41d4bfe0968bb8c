"""Every figure that a text holds, in any form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from math import isfinite
from typing import NamedTuple

from rag.claims.notation import values_of
from rag.claims.numbers import Quantity
from rag.claims.numerals import read_numeral
from rag.claims.words import word_set
from rag.evidence.vetoes.exact import Exact

_MONTH_S = 365.25 / 12 * 86400
# "Nine in ten", "three out of four"; "one in five", where one is no number; "eight of the nine".
_OUT_OF = re.compile(r"\s+(?:\w+\s+){0,2}?(?:in|out of)\s+(?:every\s+)?", re.I)
_ONE_IN = re.compile(r"\b(?:one|1|an?)\s+(?:\w+\s+){0,2}?(?:in|out of)\s+(?:every\s+)?$", re.I)
_PART_OF = re.compile(r"\s+(?:\w+\s+){0,2}?of\s+(?:the\s+|its\s+)?", re.I)
_HALVING = re.compile(r"\b(?:half|halv(?:e|es|ed|ing)|doubl(?:e|es|ed|ing)|twice)\b", re.I)
_ONE_MORE = word_set("another other others additional further more new newest latest one")
_EACH = word_set("each apiece both every")
# Lengths of time by their years: "three decades, not two" holds 20.
_IN_YEARS = (
    (re.compile(r"\bdecades?\b", re.I), 10),
    (re.compile(r"\bcentur(?:y|ies)\b", re.I), 100),
)
# "A half-mile", "a quarter-hour".
_PART_OF_ONE = ((re.compile(r"\bhalf\b", re.I), 0.5), (re.compile(r"\bquarter\b", re.I), 0.25))
_SPACED = re.compile(r"\b\d{1,3}(?:[ \u00a0\u202f]\d{3})+\b")


class Amount(NamedTuple):
    """A value that is counted or measured, and of what."""

    kind: str
    unit: str | None
    value: float


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """What a sentence holds.

    Attributes:
        plain: values as they stand, with and without scale, those in dates and names included.
        undated: the same without those in dates.
        amounts: what is counted or measured.
        shares: parts of one.
        spans_s: lengths of time in seconds.
        days: days that its dates begin on, its article's own among them.
        of_each: what it counts may be of each of several: "two from each village".
        one_more: it may speak of one more or one less than it counts: "another", "one of".
    """

    plain: frozenset[float]
    undated: frozenset[float]
    amounts: tuple[Amount, ...]
    shares: frozenset[float]
    spans_s: frozenset[float]
    days: frozenset[date]
    one_more: bool
    of_each: bool


@lru_cache(maxsize=16384)
def figures(text: Exact) -> Figures:
    """The figures of ``text``."""
    days = {d.first for d in text.dates if d.first}
    sure = [n for n in text.numbers if not n.doubtful]
    return Figures(
        plain=frozenset(value for value, _ in _plain(text)),
        undated=frozenset(value for value, dated in _plain(text) if not dated),
        amounts=tuple(
            Amount(n.kind, n.unit, v) for n in sure for v in dict.fromkeys((n.low, n.high))
        ),
        shares=frozenset(_shares(text)),
        spans_s=frozenset(v for n in sure for v in seconds(n) or () if isfinite(v)),
        days=frozenset(days | ({text.day} if text.day else set())),
        one_more=any(t.lower in _ONE_MORE for t in text.tokens),
        of_each=any(t.lower in _EACH for t in text.tokens),
    )


def is_in_share(text: Exact, number: Quantity) -> bool:
    """Whether ``number`` is one of the two of "nine in ten" or the second of "one in twenty"."""
    return _ONE_IN.search(text.text, 0, number.start) is not None or any(
        number in {one, other} and _OUT_OF.fullmatch(text.text, one.end, other.start)
        for one, other in pairwise(text.numbers)
    )


def _shares(text: Exact) -> Iterator[float]:
    for number in text.numbers:
        if number.base[0] == "share":
            yield from number.base[1:]
        elif number.low > 1 and _ONE_IN.search(text.text, 0, number.start):
            yield 1 / number.low
    for one, other in pairwise(text.numbers):
        if 1 < other.low >= one.low and (
            _OUT_OF.fullmatch(text.text, one.end, other.start)
            or _PART_OF.fullmatch(text.text, one.end, other.start)
        ):
            yield one.low / other.low
    if _HALVING.search(text.text):
        yield 0.5


def seconds(number: Quantity) -> tuple[float, float] | None:
    """A length of time, whatever its unit; None for anything else."""
    dimension, low, high = number.base
    scale = {"time": 1.0, "month": _MONTH_S}.get(dimension)
    return None if scale is None else (low * scale, high * scale)


def _plain(text: Exact) -> Iterator[tuple[float, bool]]:
    """Values, each with whether it stands in a date."""
    read = 0  # tokens before it are digits of a number that is read already
    for at, token in enumerate(text.tokens):
        dated = any(d.start <= token.start < d.end for d in text.dates)
        numeral = read_numeral(text.tokens, at, text.notation) if at >= read else None
        if numeral is not None and not numeral.doubtful:
            yield from ((numeral.low, dated), (numeral.high, dated))
        if token.kind == "number" and at >= read:
            if numeral is None:  # a score, a version: its parts
                yield from ((float(part), dated) for part in re.split(r"[,:.]", token.text))
            elif not numeral.doubtful:
                read = _digits_end(text, at, numeral.last)
                figure = "".join(t.text for t in text.tokens[at:read])
                yield from ((value, dated) for value in values_of(figure, text.notation))
        elif token.kind == "word":
            yield from ((float(digits), dated) for digits in re.findall(r"\d+", token.text))
    for number in text.numbers:
        if not number.doubtful:
            yield from ((number.low, False), (number.high, False))
    for pattern, years in _IN_YEARS:
        if pattern.search(text.text):
            ends = (n for number in text.numbers for n in (number.low, number.high))
            yield from ((n * years, False) for n in ends)
    yield from ((part, False) for pattern, part in _PART_OF_ONE if pattern.search(text.text))
    for match in _SPACED.finditer(text.text):
        yield float(re.sub(r"\D", "", match.group())), False


def _digits_end(text: Exact, at: int, last: int) -> int:
    """Behind the digits of the numeral ``text.tokens[at:last]``, its words left out."""
    while last > at + 1 and text.tokens[last - 1].kind != "number":
        last -= 1
    return last
