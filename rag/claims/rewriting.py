"""A sentence with its figures and dates as English writes them, for a model that reads no other."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.claims.dates import DateMention, find_dates
from rag.claims.notation import ENGLISH, Notation, values_of

_FIGURE = re.compile(
    r"(?<![\w.,])(?P<figure>[1-9]\d{0,2}(?: \d{3})+(?:[.,]\d+)?|\d+(?:[.,'’]\d+)*)"
    r"(?![.,'’:/-]?\d)(?P<letters>mm|k)?(?!\w)",
    re.IGNORECASE,
)
_ENGLISH = re.compile(r"\d+(?:,\d{2,3})*(?:\.\d+)?", re.ASCII)
_CURRENCY = re.compile(r"[$€£¥]\s?$")
_DATE = re.compile(r"\d+[./-]\d+[./-]\d+")


@lru_cache(maxsize=8192)
def in_english(text: str, notation: Notation) -> str:
    """``text`` with its figures as 1,234.5, its "$75mm" and "3.4k" in full, and dates in figures as
    "February 3, 2026"; what leaves a doubt stays as it is."""
    dates = [d for d in find_dates(text, None, notation.dates) if _DATE.fullmatch(d.text)]
    pieces: list[str] = []
    at = 0
    for mention in dates:
        pieces += [_figures_in_english(text[at : mention.start], notation), _written(mention)]
        at = mention.end
    return "".join([*pieces, _figures_in_english(text[at:], notation)])


def _written(mention: DateMention) -> str:
    day = mention.first
    return f"{day:%B} {day.day}, {day.year}" if day else mention.text


def _figures_in_english(text: str, notation: Notation) -> str:
    return _FIGURE.sub(lambda match: _in_english(match, notation), text)


def _in_english(match: re.Match[str], notation: Notation) -> str:
    written, letters = match["figure"], (match["letters"] or "").lower()
    if letters == "mm":
        if not _CURRENCY.search(match.string, 0, match.start()):
            return match.group()  # millimetres
        letters = " million"
    if " " in written and not notation.spaces:
        return match.group()
    figure = written.replace(" ", "")
    values = values_of(figure, notation)
    if len(values) != 1:
        return match.group()
    is_english = _ENGLISH.fullmatch(written) and values_of(figure, ENGLISH) == values
    if letters != "k" and is_english:
        return written + letters
    value = values[0] * (1000 if letters == "k" else 1)
    decimals = len(f"{value:.6f}".rstrip("0").partition(".")[2])
    return f"{value:,.{decimals}f}" + letters.removeprefix("k")
