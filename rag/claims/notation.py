"""How an article writes figures: 1,234.5 or 1.234,5 or 1 234,5, and which of 03/04 is the day.

What the figures of its own text settle goes before what its language has; where neither does, a
figure that may be read in two ways is read in both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from rag.languages import guessed_language, language

Decimal = Literal[".", ","]
DateOrder = Literal["day", "month"]


@dataclass(frozen=True, slots=True)
class Notation:
    """
    Attributes:
        decimal: the decimal sign; None where the text leaves a doubt.
        spaces: "12 500" is one number.
        dates: what comes first in 03/04/2026; None where that is not known.
        code: of the language whose words multiply figures ("Mio").
    """

    decimal: Decimal | None = "."
    spaces: bool = False
    dates: DateOrder | None = None
    code: str = "en"


ENGLISH = Notation()


class Figure(NamedTuple):
    """Digits with signs between.

    Attributes:
        value: None when it depends on the notation.
        decimal: the decimal sign that it proves, "" for none.
        as_point: its value where the point is the decimal sign, as ``as_comma`` where the comma is.
    """

    value: float | None
    decimal: Decimal | Literal[""]
    as_point: float
    as_comma: float


_FIGURE = re.compile(r"(?<![\w.,:/'’-])\d+(?:[.,'’]\d+)+(?![.,:/'’-]?\d|[A-Za-z])")
_SPACED = re.compile(r"(?<![\w.,:/-])[1-9]\d{0,2}(?: \d{3})+(?![.:/-]?\d)")
_SIGN = re.compile(r"[.,'’]")
_CLOCK = re.compile(r"[012]?\d\.[0-5]\d")
_DATE = re.compile(r"(?<![\d./-])(\d{1,2})([/-])(\d{1,2})\2(?:\d{4}|\d{2})(?![\d/]|[.-]\d)")
# With fewer words than this a text does not tell its language, and is taken for English.
_MIN_WORDS = 12
# Figures of one notation that outweigh one of the other, which is then a slip.
_OUTWEIGHS = 3


@lru_cache(maxsize=1024)
def notation_of(text: str, code: str | None = None) -> Notation:
    """The notation of an article.

    Args:
        text: all of it; the more figures, the surer.
        code: its language as stated ("de", "en-US").
    """
    guessed, stated = guessed_language(text), language(code)
    known = guessed or stated
    if guessed and stated and stated.code[:2] == guessed.code:
        known = stated  # which may have a region
    figures = _FIGURE.findall(text)
    read = [(figure, parsed) for figure in figures if (parsed := read_figure(figure))]
    prior: Decimal | None = known.decimal if known else None
    if known is None and len(text.split()) < _MIN_WORDS:
        prior = "."
    grouped = any(parsed.value is None or _is_grouped(figure) for figure, parsed in read)
    spaces = known is not None and known.grouping == " "
    return Notation(
        decimal=_decimal(read, prior),
        spaces=spaces or (not grouped and _SPACED.search(text) is not None),
        dates=_date_order(text) or (known.dates or None if known else None),
        code=known.code[:2] if known else "en",
    )


def read_figure(figure: str) -> Figure | None:
    """What digits with points, commas and apostrophes between them may be; None when no number."""
    signs = [sign if sign in ".," else "'" for sign in _SIGN.findall(figure)]
    parts = _SIGN.split(figure)
    if not all(map(str.isdecimal, parts)):
        return None
    whole = float("".join(parts))
    if not signs:
        return Figure(whole, "", whole, whole)
    last = signs[-1]
    other: Decimal = "," if last == "." else "."
    if len(set(signs)) == 1:
        if _are_groups(parts, last):
            if last == "'":
                return Figure(whole, "", whole, whole)
            if len(signs) > 1:
                return Figure(whole, other, whole, whole)
            fraction = float(".".join(parts))
            values = (fraction, whole) if last == "." else (whole, fraction)
            return Figure(None, "", *values)
        if last == "'" or len(signs) > 1:
            return None
        value = float(".".join(parts))
        return Figure(value, "." if last == "." else ",", value, value)
    if len(set(signs)) > 2 or signs.count(last) > 1 or last == "'":
        return None
    if not _are_groups(parts[:-1], signs[0]):
        return None
    value = float("".join(parts[:-1]) + "." + parts[-1])
    return Figure(value, "." if last == "." else ",", value, value)


def values_of(figure: str, notation: Notation) -> tuple[float, ...]:
    """The values that a figure may have: one, two where the notation leaves a doubt, none where it
    is no number."""
    read = read_figure(figure)
    if read is None:
        return ()
    if read.value is not None:
        # "Pages 4,5": where the point is the decimal sign, a comma is none.
        is_list = read.decimal == "," and notation.decimal == "." and not _is_grouped(figure)
        return () if is_list else (read.value,)
    if notation.decimal is None:
        return (read.as_point, read.as_comma)
    return (read.as_point if notation.decimal == "." else read.as_comma,)


def _are_groups(parts: list[str], sign: str) -> bool:
    """Groups of three digits, or the last of three and those before it of two (lakh, crore)."""
    if not 1 <= len(parts[0]) <= 3 or parts[0].startswith("0") or len(parts[-1]) != 3:
        return False
    inner = parts[1:-1]
    if all(len(part) == 3 for part in inner):
        return True
    return sign == "," and len(parts[0]) <= 2 and all(len(part) == 2 for part in inner)


def _is_grouped(figure: str) -> bool:
    return len(_SIGN.findall(figure)) > 1


def _decimal(read: list[tuple[str, Figure]], prior: Decimal | None) -> Decimal | None:
    """The decimal sign that the figures prove, else that of the language."""
    commas = sum(figure.decimal == "," for _, figure in read)
    points = sum(
        figure.decimal == "." and not (prior == "," and _CLOCK.fullmatch(text))
        for text, figure in read
    )
    if prior == ".":  # in English "12,500" says so too
        points += sum(figure.value is None and "," in text for text, figure in read)
    if not commas and not points:
        return prior
    if commas > _OUTWEIGHS * points or (commas and prior == "," and commas >= points):
        return ","
    if points > _OUTWEIGHS * commas:
        return "."
    return None


def _date_order(text: str) -> DateOrder | None:
    """The order that dates with a day above 12 prove."""
    orders: set[DateOrder] = set()
    for first, _, second in _DATE.findall(text):
        if 12 < int(first) <= 31 and 1 <= int(second) <= 12:
            orders.add("day")
        elif 12 < int(second) <= 31 and 1 <= int(first) <= 12:
            orders.add("month")
    return orders.pop() if len(orders) == 1 else None
