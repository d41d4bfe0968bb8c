"""Numbers of a sentence: the value, its unit or what it counts, and how it is qualified."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from .moments import moments
from .nouns import counted, is_plural
from .numerals import Numeral, find_numerals
from .words import listed_lines, listed_words, one_of, words_of

_Unit = tuple[str, float]


@dataclass(frozen=True, slots=True)
class Number:
    """A number, ``text[start:end]`` with its sign and its unit if that is a measure.

    Attributes:
        low, high: its value, twice unless it is a range, in the base unit of ``dimension``.
        dimension: "number" of what is counted and of money, else the kind of measure: "share",
            "length", "time", …
        heads: the noun that it counts, or what became of the counted ("31 dead"), in lower case;
            empty when the sentence does not say. Two in "17 members of the police".
        qualifier: "at least", "more than", "fewer than", "up to", "about", "nearly" or None.
    """

    start: int
    end: int
    low: float
    high: float
    dimension: str
    heads: frozenset[str] = frozenset()
    qualifier: str | None = None


def _rows(name: str) -> list[list[str]]:
    return [[part.strip() for part in line.split("|")] for line in listed_lines(name)]


_UNITS: dict[str, _Unit] = {
    " ".join(form.lower().split()): (dimension, float(size))
    for dimension, size, forms in _rows("units")
    for form in forms.split(",")
}
_UNIT = re.compile(rf"[\s‐‑-]*(?P<unit>{one_of(list(_UNITS))})(?!\w)", re.IGNORECASE)
_CURRENCIES = dict(line.split() for line in listed_lines("currencies"))
_CURRENCY = re.compile(rf"(?<!\w)(?P<sign>{one_of(list(_CURRENCIES))})\s?$")
_BEFORE = {
    " ".join(form.split()): name
    for name, before, _ in _rows("qualifiers")
    for form in before.split(",")
}
_AFTER = {
    " ".join(form.split()): name
    for name, _, after in _rows("qualifiers")
    for form in after.split(",")
    if form.strip()
}
_QUALIFIED = re.compile(
    rf"\b(?P<form>{one_of(list(_BEFORE))})\s+(?:(?:only|just|another)\s+)?$",
    re.IGNORECASE,
)
_QUALIFIED_AFTER = re.compile(
    rf"(?:\s+\w+)?\s*(?P<form>{one_of(list(_AFTER))})(?!\w)", re.IGNORECASE
)
_LABELS_CAPITAL, _LABELS_ANY = (one_of(line.split()) for line in listed_lines("labels"))
_LABEL = re.compile(
    rf"(?:\b(?=[A-Z])(?i:{_LABELS_CAPITAL})s?|\b(?i:{_LABELS_ANY})|#)[\s-]*(?:\d+\s+and\s+)?$"
)
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")
_AGE_AFTER = re.compile(r"[\s‐‑-]+years?[\s‐‑-]+old\b", re.IGNORECASE)
_AGE_BEFORE = re.compile(r"\b(?:aged|age of)\s+$", re.IGNORECASE)
_AFTER_NAME, _CLOSED = re.compile(r"\b[A-Z]\w+,\s+$"), re.compile(r"\s*(?:[,.;)]|$)")
_TO = re.compile(r"%?(?:(?<=[\d%])[–-]|\s+(?P<word>to|and)\s+)[$€£¥₹]?")
_AFTER_BETWEEN = re.compile(r"\bbetween\s+\S?$", re.IGNORECASE)
_AFTER_CHANGE = re.compile(r"\b(?:from|by|rose|fell|up|down)\s+\S?$", re.IGNORECASE)
_AFTER_ONE = frozenset({"more", "other"})
_BEFORE_PRONOUN = re.compile(
    r"\b(?:no|any|every|each|this|that|which|the|some|not|only|first|second|third|last|next|other"
    r"|another)\s+$",
    re.IGNORECASE,
)
_A_PERIOD = re.compile(
    r"(?<!\bhalf )(?<! of )\b(?P<one>an?)\s+(?:minute|hour|day|week|month|year|decade)\b"
    r"(?! and a half)",
    re.IGNORECASE,
)
_OF_ONE = re.compile(r"\s+(?:of\s+)?an?(?=\s)")  # "half an hour"
_NEW_CLAUSE = re.compile(
    r"\b(?:which|who|whose|that|while|whereas|but|although|numbers?|toll|count|total)\b|[;:]"
)


@lru_cache(maxsize=8192)
def find_numbers(text: str, *, m_is_metres: bool = False) -> tuple[Number, ...]:
    """Numbers of ``text`` in order.

    Dates, years, clock times, ordinals, "dozens" and names that hold a figure ("Hall 7") are none.
    A number without a noun counts what the number before it in its clause does: "26 people and
    wounded more than 46".

    Args:
        m_is_metres: "1.8m" is 1.8 metres; else, as news writes of money, 1.8 million.
    """
    apart = moments(text)
    numerals = sorted(
        numeral
        for numeral in (*find_numerals(text, m_is_metres=m_is_metres), *_single_periods(text))
        if not any(start <= numeral.start < end for start, end in apart)
        and not _is_name(text, numeral)
        and not _is_pronoun(text, numeral)
    )
    found: list[Number] = []
    at = 0
    while at < len(numerals):
        is_range = _is_range(text, numerals[at : at + 2])
        number = _number(text, numerals[at], numerals[at + is_range])
        if not _is_year(text, number):
            found.append(_with_noun_before(text, number, found))
        at += 1 + is_range
    return tuple(found)


def _is_name(text: str, numeral: Numeral) -> bool:
    label = _LABEL.search(text, 0, numeral.start)
    if label is None:
        return False
    return label.group()[0].isupper() or not counted(text, numeral.end)


def _is_pronoun(text: str, numeral: Numeral) -> bool:
    """Whether the numeral is the "one" of "no one", "one of them" and "one may"."""
    if text[numeral.start : numeral.end].lower() != "one":
        return False
    following = next(iter(words_of(text[numeral.end : numeral.end + 40])), None)
    if following is None or following.lower in listed_words("stop_words") - _AFTER_ONE:
        return True
    return _BEFORE_PRONOUN.search(text, 0, numeral.start) is not None


def _is_year(text: str, number: Number) -> bool:
    """ "The 2019 vote", but not "2019 votes" nor "about 2019"."""
    is_bare = number.dimension == "number" and not number.heads and number.qualifier is None
    return is_bare and _YEAR.fullmatch(text, number.start, number.end) is not None


def _single_periods(text: str) -> list[Numeral]:
    """ "Within a week": one week; "crowns a day" and "$50 a day" count no days."""
    periods = []
    for match in _A_PERIOD.finditer(text):
        before = text[: match.start()].rstrip()
        last = words_of(before[-40:])[-1:]
        is_rate = before[-1:].isdigit() or any(is_plural(word.lower) for word in last)
        if not is_rate:
            periods.append(Numeral(match.start(), match.end("one"), 1.0))
    return periods


def _is_range(text: str, numerals: Sequence[Numeral]) -> bool:
    """Whether two numerals are one number: "6-8", "30 to 40", "between 30 and 40"."""
    if len(numerals) < 2 or numerals[0].value >= numerals[1].value:
        return False
    joint = _TO.fullmatch(text, numerals[0].end, numerals[1].start)
    if joint is None:
        return False
    if joint["word"] == "and":
        return _AFTER_BETWEEN.search(text, 0, numerals[0].start) is not None
    return joint["word"] is None or not _AFTER_CHANGE.search(text, 0, numerals[0].start)


def _number(text: str, first: Numeral, last: Numeral) -> Number:
    """The number of a numeral, or of the two of a range."""
    start, heads = first.start, frozenset[str]()
    dimension, size, end = _unit(text, last)
    if dimension == "number":
        heads = counted(text, last.end, single=last.value == 1)
        if currency := _CURRENCY.search(text, 0, start):
            start, heads = currency.start(), frozenset({_CURRENCIES[currency["sign"]]})
    is_shared = first.scale == 1 and first.value < last.value / last.scale
    scale = last.scale if is_shared else 1.0  # "5 to 6 million", but "900,000 to 1 million"
    low, high = first.value * scale * size, last.value * size
    number = Number(start, end, low, high, dimension, heads)
    return replace(number, qualifier=_qualifier(text, number))


def _unit(text: str, numeral: Numeral) -> tuple[str, float, int]:
    """Dimension, size in its base unit, and where the number with its unit ends."""
    if _is_age(text, numeral):
        return "age", 1.0, numeral.end
    of_one = _OF_ONE.match(text, numeral.end) if numeral.is_share else None
    if match := _UNIT.match(text, of_one.end() if of_one else numeral.end):
        dimension, size = _UNITS[" ".join(match["unit"].lower().split())]
        return dimension, size, match.end()
    return "share" if numeral.is_share else "number", 1.0, numeral.end


def _is_age(text: str, numeral: Numeral) -> bool:
    """ "39-year-old", "aged 24", "Brandt, 27,"."""
    if _AGE_AFTER.match(text, numeral.end) or _AGE_BEFORE.search(text, 0, numeral.start):
        return True
    is_after_name = _AFTER_NAME.search(text, 0, numeral.start) is not None
    return is_after_name and numeral.value < 120 and _CLOSED.match(text, numeral.end) is not None


def _qualifier(text: str, number: Number) -> str | None:
    if before := _QUALIFIED.search(text, 0, number.start):
        return _BEFORE[" ".join(before["form"].lower().split())]
    if after := _QUALIFIED_AFTER.match(text, number.end):
        return _AFTER[" ".join(after["form"].lower().split())]
    return None


def _with_noun_before(text: str, number: Number, earlier: Sequence[Number]) -> Number:
    if number.dimension != "number" or number.heads:
        return number
    for other in reversed(earlier):
        if other.heads and not _NEW_CLAUSE.search(text, other.end, number.start):
            return replace(number, heads=other.heads)
    return number
