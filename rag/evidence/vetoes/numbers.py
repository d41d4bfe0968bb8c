"""Numbers of a statement that the quotes do not hold and that do not follow from theirs.

Small counts, ordinals, lengths of time and parts of a whole are left to the judge: the quotes give
them in other figures or in none, as a list of two, two dates or what was halved, so often that
absence proves too little.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence

from rag.claims.numbers import Quantity
from rag.claims.units import MEASURES
from rag.evidence.evidence import Evidence
from rag.evidence.vetoes.exact import Exact, exact, instead, quoted
from rag.evidence.vetoes.figures import figures, is_in_share, seconds
from rag.evidence.vetoes.following import follows, stands
from rag.evidence.vetoes.veto import Veto

_COUNTABLE = 12
_LEFT_TO_THE_JUDGE = frozenset({"vague", "ordinal", "label", "fraction"})
# "A quarter of a million", "half million": two numerals of one number.
_OF_A_SCALE = re.compile(r"\s+(?:of\s+)?(?:an?\s+)?(?:dozen|hundred|thousand|million|billion)\b")
# "Covid-19", "Formula 1", but not the score in "beat Leeds 3-1".
_NAME_BEFORE = re.compile(r"(?:[A-Z]\w*-|(?<=\w )[A-Z][\w’']*\s)$")
_FIRST_WORD = re.compile(r"[A-Z][\w’']+\s")
_SIGNED = re.compile(r"\d[.,]\d")
_SCORE = re.compile(r"[-–]\d")
# "40 a day", "on average": figures of which one is divided by the other.
_RATE = re.compile(r"\b(?:an?|per|each|every|apiece|average|averages?d?)\b", re.I)
_SOME_TEN = re.compile(r"['’]?s\b|/\d")  # "in her 30s", "the 80’s", "24/7"
_TOP = re.compile(r"\btop[\s-]$", re.I)  # "the top 50", of one who came 35th
_AFTER_DATE = re.compile(r"\s*(?:,|and|or|to|through|until|till|-|–)\s*(?:and\s+)?", re.I)


def number_vetoes(statement: str, evidence: Sequence[Evidence]) -> tuple[Veto, ...]:
    """Numbers of ``statement`` that neither stand in ``evidence`` nor follow from what does."""
    stated = exact(statement)
    if not stated.numbers:
        return ()
    quotes = quoted(evidence)
    held = [figures(quote) for quote in quotes]
    missing = (
        number
        for number in stated.numbers
        if not (
            _says_nothing(stated, number)
            or stands(number, held)
            or follows(number, held, _is_rate(statement, number))
        )
    )
    return tuple(
        _in_doubt(n, quotes)
        or instead("number", (n.start, n.end), _rivals(n, quotes), statement[n.start : n.end])
        for n in missing
        if not _is_written(statement[n.start : n.end], quotes)
    )


def _is_written(number: str, quotes: Iterable[Exact]) -> bool:
    """Whether a quote has the same digits and signs: a draft may be in its notation."""
    if not _SIGNED.search(number):
        return False
    figure = re.compile(rf"(?<![\w.,]){re.escape(number)}(?!\w|[.,]\d)")
    return any(figure.search(quote.text) for quote in quotes)


def _in_doubt(stated: Quantity, quotes: Iterable[Exact]) -> Veto | None:
    """The veto for a figure of the quotes that may be ``stated`` and may be another."""
    for quote in quotes:
        for other in quote.numbers:
            if other.doubtful and any(
                math.isclose(stated.low, value, rel_tol=1e-6) for value in (other.low, other.high)
            ):
                why = f"{other.text} in the quotes may be {other.low:,g} or {other.high:,g}"
                return Veto("number", (stated.start, stated.end), why, doubtful=True)
    return None


def _is_rate(statement: str, number: Quantity) -> bool:
    return _RATE.search(statement, number.end, number.end + 50) is not None


def _says_nothing(stated: Exact, number: Quantity) -> bool:
    """Whether it is left to the judge, or is no figure by itself."""
    if number.kind in _LEFT_TO_THE_JUDGE or seconds(number) is not None:
        return True
    if number.kind == "count" and number.high <= _COUNTABLE:
        return True
    text = stated.text
    return (
        _SOME_TEN.match(text, number.end) is not None
        or _TOP.search(text, 0, number.start) is not None
        or is_in_share(stated, number)
        or _is_in_name(text, number)
        or _is_second_numeral(stated, number)
    )


def _is_in_name(text: str, number: Quantity) -> bool:
    """ "Covid-19", "Formula 1", "the Big Ten", "16x3"."""
    if re.match(r"[^\W\d]", text[number.end :]) and (number.unit or "") not in MEASURES:
        return True
    if number.text[0].isupper() and number.start and text[number.start - 2] not in ".?!:":
        return True
    if number.kind != "count" or _SCORE.match(text, number.end):
        return False
    if number.head is None and _FIRST_WORD.fullmatch(text, 0, number.start):
        return True  # "Route 9 is long", where "Nebraska 92, ..." opens
    return _NAME_BEFORE.search(text, 0, number.start) is not None


def _is_second_numeral(stated: Exact, number: Quantity) -> bool:
    """The million of "a quarter of a million", the 19 of "July 18 and 19", the 1839 of
    "1838-1839"."""
    text = stated.text
    fractions = (n for n in stated.numbers if n.kind == "fraction")
    scales = (match.span() for n in fractions if (match := _OF_A_SCALE.match(text, n.end)))
    return any(start <= number.start < end for start, end in scales) or any(
        (number.low <= 31 if d.day else d.year and number.high <= 2199)
        and _AFTER_DATE.fullmatch(text, d.end, number.start)
        for d in stated.dates
    )


def _rivals(stated: Quantity, quotes: Iterable[Exact]) -> Iterator[str]:
    """Numbers of the quotes for the same kind of thing, as they stand there."""
    for quote in quotes:
        for other in quote.numbers:
            if stated.kind == "count":
                is_rival = other.kind == "count" and other.head == stated.head is not None
            else:
                is_rival = (other.kind, other.unit) == (stated.kind, stated.unit)
            if is_rival and other.low != 1 and not other.doubtful:
                yield other.text
