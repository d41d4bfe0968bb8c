"""Dates and times of day of a statement that nothing in the articles that it cites may be.

The quotes, titles, texts and days of the articles are looked through: a sentence beside the quote
so often says of which year it speaks that its silence alone proves too little.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from datetime import timedelta

from rag.claims.clock import same_time
from rag.claims.dates import DateMention
from rag.evidence.evidence import Evidence
from rag.evidence.vetoes.exact import Exact, exact, instead, is_countable, quoted, whole
from rag.evidence.vetoes.figures import figures
from rag.evidence.vetoes.known_days import KnownDays, known_days
from rag.evidence.vetoes.veto import Veto

_YEAR_S = 365.25 * 86400
# "The next day", "their last year" and "the season's last month" count from something else.
_OF_SOMETHING = re.compile(r"\b(?:the|an?|their|his|her|its|our|my|one)\s+$|['’]s?\s+$", re.I)
_PLURAL = re.compile(r"['’]s\b")
_BOUND = re.compile(r"\b(?:before|prior to|after|past)\s+(?:the\s+)?$", re.I)
_DAY_BESIDE = re.compile(r"(?:an?|one) day (?:earlier|later|before|after)", re.I)
_YEAR_BESIDE = re.compile(
    r"\b(?:following|next|previous|preceding|prior) year\b|\byear (?:before|after|earlier|later)\b",
    re.I,
)
# What "ago" may be rounded by, in days: "three decades ago" is said of 27 and of 34 years.
_ROUNDED_BY_DAYS = {"day": 0, "week": 4, "month": 16, "year": 183, "decade": 1827}
_SHIFTS = frozenset({"last", "next", "this", "previous", "past"})


def date_vetoes(statement: str, evidence: Sequence[Evidence]) -> tuple[Veto, ...]:
    """Dates and times of ``statement`` of which the articles of ``evidence`` lack a part."""
    stated = exact(statement)
    if not stated.dates and not stated.times:
        return ()
    quotes, texts = quoted(evidence), whole(evidence)
    held = [known_days(text, beside=text not in quotes) for text in texts]
    found = [
        _in_doubt(day, texts)
        or instead("date", (day.start, day.end), _rivals(day, quotes), _shown(day))
        for day in stated.dates
        if not (
            _is_no_date(statement, day)
            or (any(text.dates for text in texts) and _is_bound(statement, day.start))
            or _is_given(statement, day, held, quotes, texts)
        )
    ]
    times = [time for text in texts for time in text.times]
    for time in stated.times:
        if times and _is_bound(statement, time.start):
            continue
        if not any(same_time(time, other) for other in times):
            said = [
                quote.text[other.start : other.end] for quote in quotes for other in quote.times
            ]
            shown = statement[time.start : time.end]
            found.append(instead("date", (time.start, time.end), said, shown))
    return tuple(found)


def _is_bound(statement: str, at: int) -> bool:
    """Whether the date at ``at`` is one that another keeps to: "before 1970" from "in 1967"."""
    return _BOUND.search(statement, 0, at) is not None


def _is_no_date(statement: str, stated: DateMention) -> bool:
    """Whether it counts from something else, says a day of every week, or is the end of a number
    ("10,000 years ago")."""
    before = statement[: stated.start]
    if before.endswith(","):
        return True
    if not _is_relative(stated):
        return stated.weekday is not None and stated.text.endswith("days")
    if _DAY_BESIDE.fullmatch(stated.text):
        return True
    return bool(_OF_SOMETHING.match(stated.text[:4]) or _OF_SOMETHING.search(before))


def _is_relative(stated: DateMention) -> bool:
    """Whether only the article's day tells which day is meant: "last year", "three weeks ago"."""
    if stated.granularity == "decade" and stated.first:
        return False
    return not (stated.year or stated.month or stated.day) and stated.weekday is None


def _is_given(
    statement: str,
    stated: DateMention,
    held: Sequence[KnownDays],
    quotes: Sequence[Exact],
    texts: Sequence[Exact],
) -> bool:
    if _is_relative(stated):
        return _is_relatively_given(statement, stated, held, quotes, texts)
    years = {y for known in held for y in known.years}
    if (first := _first_of_several(statement, stated)) is not None:
        width = 10 if first % 100 else 100
        return any(0 <= y - first < width for y in years)
    if stated.year and not _is_year_given(stated.year, years, quotes):
        return False
    if stated.month and stated.day:
        return any((stated.month, stated.day) in known.days for known in held)
    if stated.month:
        return any(stated.month in known.months or known.any_month for known in held)
    return stated.weekday is None or any(stated.weekday in known.weekdays for known in held)


def _first_of_several(statement: str, stated: DateMention) -> int | None:
    """The first year of a decade or century: "the 1960s", "the 1960's", "the 1800s"."""
    if stated.granularity == "decade" and stated.first:
        return stated.first.year
    of_several = stated.granularity == "year" and _PLURAL.match(statement, stated.end)
    return stated.year if of_several and stated.year and stated.year % 10 == 0 else None


def _is_year_given(year: int, years: Set[int], quotes: Sequence[Exact]) -> bool:
    """Whether it is a year of the quotes, or so many years from one as they say."""
    steps = {round(s / _YEAR_S) for quote in quotes for s in figures(quote).spans_s}
    steps |= {1 for quote in quotes if _YEAR_BESIDE.search(quote.text)}
    return year in years or any(abs(year - y) in steps for y in years)


def _is_relatively_given(
    statement: str,
    stated: DateMention,
    held: Sequence[KnownDays],
    quotes: Sequence[Exact],
    texts: Sequence[Exact],
) -> bool:
    """By the same words, by a like shift ("last season"), or by a date that it covers.

    It says nothing of articles whose day is not known.
    """
    if any(quote.day is None for quote in quotes):
        return True
    words = stated.text.lower()
    shift = words.split()[0]
    if any(words in text.text.lower() for text in texts) or (
        shift in _SHIFTS and any(token.lower == shift for quote in quotes for token in quote.tokens)
    ):
        return True
    spans = [span for known in held for span in known.spans]
    is_rounded = words.endswith("ago")
    slack = timedelta(days=_ROUNDED_BY_DAYS[stated.granularity] if is_rounded else 0)
    return any(
        first - slack <= span[1] and span[0] <= last + slack
        for day in {quote.day for quote in quotes}
        for mention in exact(statement, day).dates
        if mention.start == stated.start and (first := mention.first) and (last := mention.last)
        if is_countable(first)
        for span in spans
    )


def _in_doubt(stated: DateMention, texts: Sequence[Exact]) -> Veto | None:
    """The veto for a date of the articles that may be ``stated`` and may be another."""
    for text in texts:
        for other in text.dates:
            if other.either is None:
                continue
            one, two = other.either
            if (stated.month, stated.day) in ((one.month, one.day), (two.month, two.day)):
                why = f"{other.text} may be {one:%B} {one.day} or {two:%B} {two.day}"
                return Veto("date", (stated.start, stated.end), why, doubtful=True)
    return None


def _rivals(stated: DateMention, quotes: Sequence[Exact]) -> Iterator[str]:
    """Dates of the quotes that are stated in the same form."""
    for quote in quotes:
        for other in quote.dates:
            if _form(other) == _form(stated) and other.either is None:
                yield _shown(other)


def _shown(mention: DateMention) -> str:
    return mention.text.removeprefix("the ").rstrip(".")


def _form(mention: DateMention) -> tuple[object, ...]:
    if mention.weekday is not None and mention.day is None:
        return ("weekday",)
    return (mention.granularity, mention.day is not None, _is_relative(mention))
