"""Numerals in digits and words → values: "1,200", "2.1 billion", "thirty-one", "two thirds of"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .words import listed_lines, one_of

# Thousands may be grouped in twos, as in 12,50,000. A figure is none within a longer one, after a
# letter (MH370, F-16), or as an ordinal or a decade (31st, 1990s).
_DIGITS = re.compile(
    r"(?<![\w.,:/])(?<![^\W\d_]-)(?:\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?!\d|[.,:/]\d|(?:st|nd|rd|th|s)\b)"
)
_GLUED = {"k": 1e3, "m": 1e6, "b": 1e9, "bn": 1e9, "mn": 1e6, "mln": 1e6, "bln": 1e9, "tn": 1e12}
_GLUED_SCALE = re.compile(rf"(?:{one_of(list(_GLUED))})\b", re.IGNORECASE)
_SMALL = {word: float(value) for word, value in (x.split() for x in listed_lines("number_words"))}
_SCALES = {word: float(value) for word, value in (x.split() for x in listed_lines("scales"))}
_SCALE_AFTER = re.compile(rf"[\s‐‑-]+(?P<word>{one_of(list(_SCALES))})\b", re.IGNORECASE)
_AND_A_HALF = re.compile(r"\s+and\s+a\s+half\b", re.IGNORECASE)
_AND_A_HALF_WORDS = "and a half"
_OPENING = {"a": 1.0, "an": 1.0, "half a": 0.5, "half an": 0.5}
_CARDINAL = one_of([*_SMALL, *_SCALES])
_RUN = re.compile(
    rf"\b(?:(?:half[\s-]+)?an?[\s-]+(?=(?:{one_of(list(_SCALES))})\b))?(?:{_CARDINAL})"
    rf"(?:(?:\s+and)?[\s‐‑-]+(?:{_CARDINAL})\b|\s+and\s+a\s+half\b)*\b",
    re.IGNORECASE,
)
_RUN_PART = re.compile(
    rf"\band\s+a\s+half\b|\bhalf[\s-]+an?\b|\ban?\b|\band\b|\b(?:{_CARDINAL})\b", re.IGNORECASE
)
_MINUS = re.compile(r"(?:^|(?<=[\s(]))(?:[-−]|minus\s)$")
_PARTS = [line.split() for line in listed_lines("fractions")]
_INTO = {name: float(parts) for *names, parts in _PARTS for name in names}
_PART, _MANY_PARTS = one_of([row[0] for row in _PARTS]), one_of([row[1] for row in _PARTS])
_FRACTION = re.compile(
    rf"\b(?:(?P<top>{one_of(list(_SMALL))})[\s‐‑-]+(?P<many>{_MANY_PARTS})"
    rf"|one[\s‐‑-]+(?P<one>{_PART})|(?:an?\s+)?(?P<of>{_PART})(?=\s+(?:of|the|an?)\b))\b",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    r"-(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)\b", re.IGNORECASE
)


class Numeral(NamedTuple):
    """The value of ``text[start:end]``.

    Attributes:
        scale: what the digits are multiplied by: a million in "2.1 million".
        is_share: a part of a whole: "a third of".
    """

    start: int
    end: int
    value: float
    scale: float = 1.0
    is_share: bool = False


def find_numerals(text: str, *, m_is_metres: bool = False) -> list[Numeral]:
    """Numerals of ``text`` in order; ordinals and "dozens" are none.

    Args:
        m_is_metres: "1.8m" is no million.
    """
    found: list[Numeral] = []
    for one in sorted(
        [*_fractions(text), *_in_digits(text, m_is_metres), *_in_words(text)],
        key=lambda numeral: (numeral.start, -numeral.end),
    ):
        if not found or one.start >= found[-1].end:
            found.append(one)
    return [one for one in found if not _ORDINAL.match(text, one.end)]


def _fractions(text: str) -> Iterator[Numeral]:
    for match in _FRACTION.finditer(text):
        top = _SMALL[match["top"].lower()] if match["top"] else 1.0
        parts = _INTO[(match["many"] or match["one"] or match["of"]).lower()]
        yield Numeral(match.start(), match.end(), top / parts, is_share=True)


def _in_digits(text: str, m_is_metres: bool) -> Iterator[Numeral]:
    for match in _DIGITS.finditer(text):
        digits, end = float(match.group().replace(",", "")), match.end()
        if half := _AND_A_HALF.match(text, end):
            digits, end = digits + 0.5, half.end()
        scale = 1.0
        glued = _GLUED_SCALE.match(text, end)
        if glued and not (m_is_metres and glued.group() == "m"):
            scale, end = _GLUED[glued.group().lower()], glued.end()
        while after := _SCALE_AFTER.match(text, end):
            scale, end = scale * _SCALES[after["word"].lower()], after.end()
        minus = _MINUS.search(text, 0, match.start())
        start = minus.start() if minus else match.start()
        yield Numeral(start, end, (-digits if minus else digits) * scale, scale)


def _in_words(text: str) -> Iterator[Numeral]:
    for run in _RUN.finditer(text):
        cardinal: _Cardinal | None = None
        start = end = run.start()
        for part in _RUN_PART.finditer(text, run.start(), run.end()):
            word = " ".join(part.group().lower().split())
            if word == "and":
                continue
            if cardinal is not None and cardinal.takes(word):
                end = part.end()
                continue
            if cardinal is not None:
                yield Numeral(start, end, cardinal.value)
            cardinal = _Cardinal(_OPENING.get(word, 0.0))
            start, end = part.start(), part.end()
            if word not in _OPENING and not cardinal.takes(word):
                cardinal = None  # a scale alone: "million-dollar"
        if cardinal is not None:
            yield Numeral(start, end, cardinal.value)


class _Cardinal:
    """A cardinal that grows word by word: two, two hundred, two hundred and fourteen."""

    def __init__(self, opening: float) -> None:
        self._total, self._group, self._scale = 0.0, opening, float("inf")
        self._room = 1.0 if opening else 1000.0  # what may be added lies below this

    @property
    def value(self) -> float:
        return self._total + self._group

    def takes(self, word: str) -> bool:
        """Whether ``word`` can go on the cardinal, and then it does."""
        small, scale = _SMALL.get(word), _SCALES.get(word)
        if word == _AND_A_HALF_WORDS:
            self._group, self._room = self._group + 0.5, 0.0
        elif small is not None and small < self._room and (small or not self.value):
            self._group += small
            self._room = 10.0 if small >= 20 else 1.0
        elif scale is not None and scale <= 100 and 0 < self._group < 100:
            self._group, self._room = self._group * scale, scale if scale == 100 else 1.0
        elif scale is not None and 100 < scale < self._scale and self._group:
            self._total += self._group * scale
            self._group, self._room, self._scale = 0.0, 1000.0, scale
        else:
            return False
        return True
