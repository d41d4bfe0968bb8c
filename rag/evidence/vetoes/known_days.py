"""Every part of a date that a text gives: by its words, or resolved with its article's day."""

from __future__ import annotations

import re
from calendar import month_name, monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from rag.evidence.vetoes.exact import Exact, is_countable
from rag.evidence.vetoes.figures import figures

_MONTHS = {name: number for number, name in enumerate(month_name) if name}
_DAY_S = 86400
_FURTHEST_DAYS = 62  # "six days later", "eight weeks before" make a day of another
# "90s", "1943-45" and "2020/21": years in short.
_SHORT_DECADE = re.compile(r"(?<![\d$€£.,])[’'‘]?(?P<decade>[2-9]0)s\b")
_SHORT_YEAR = re.compile(r"[’'‘](?P<year>\d\d)\b(?!s)")
_CENTURY = re.compile(r"\b(?P<century>1\d|2[01])(?:st|th)[\s-]centur(?:y|ies)\b", re.I)
_ONE_CENTURY = re.compile(r"\bcentury\b", re.I)  # "by the end of the century"
_TENS = ("twent", "thirt", "fort", "fift", "sixt", "sevent", "eight", "ninet")
_DECADE_IN_WORDS = re.compile(
    rf"(?<!\bhis )(?<!\bher )(?<!\btheir )\b(?P<tens>{'|'.join(_TENS)})ies\b", re.I
)
_YEAR_BEFORE = re.compile(r"\blast\s+(?!week|night|month)\w+", re.I)  # "last fall"
_FROM_TO = re.compile(
    r"\b(?P<first>1[5-9]\d\d|20\d\d)\s?(?:[-–]|to|through|until)\s?(?:[A-Z]\w+ )?"
    r"(?P<last>1[5-9]\d\d|20\d\d)\b"
)
_MONTH_DAY = re.compile(rf"\b(?P<month>{'|'.join(_MONTHS)})\s(?P<day>[0-3]?\d)\b")
_YEAR_RANGE = re.compile(r"\b(?P<first>1[5-9]\d\d|20\d\d)\s?[-–/]\s?(?P<last>\d\d)\b(?![-–/])")
# "The first ten months", "the third quarter" and "summer" hold months that they do not name.
_PART_OF_YEAR = re.compile(
    r"\b(?:quarters?|months?|spring|summer|autumn|fall|winter|seasons?|half)\b|\bQ[1-4]\b", re.I
)
_YEAR_END = re.compile(r"\byear\b", re.I)  # "since the start of the year", "year-to-date"
_FIRST_AND_LAST_MONTH = frozenset({1, 12})
_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?"
# "Sunday through Friday" tells of Saturday, and "every day" of each.
_EVERY_DAY = re.compile(
    rf"\b{_DAY}\s?(?:through|thru|to|until|till|[-–])\s?{_DAY}\b"
    r"|\b(?:weekdays?|daily|(?:every|each) day)\b",
    re.I,
)
_WEEKEND = re.compile(r"\bweekends?\b", re.I)
_DAY_BESIDE = re.compile(
    r"\b(?:day (?:before|after|earlier|later)|(?:next|previous|following) day|eve|overnight)\b",
    re.I,
)
_FEASTS = (
    (re.compile(r"\bNew Year[’']?s\b(?! Eve)"), (1, 1)),
    (re.compile(r"\bNew Year[’']?s Eve\b"), (12, 31)),
    (re.compile(r"\bValentine[’']?s\b"), (2, 14)),
    (re.compile(r"\b(?:Independence Day|Fourth of July)\b"), (7, 4)),
    (re.compile(r"\bHalloween\b"), (10, 31)),
    (re.compile(r"\bChristmas Eve\b"), (12, 24)),
    (re.compile(r"\bChristmas\b(?! Eve)"), (12, 25)),
)


@dataclass(frozen=True, slots=True, eq=False)
class KnownDays:
    """Parts of dates, each by itself.

    Attributes:
        years, months, weekdays: as numbers; Monday is 0.
        days: (month, day).
        spans: first and last day of what may be meant.
        any_month: a part of a year is named, of whatever months.
    """

    years: frozenset[int]
    months: frozenset[int]
    days: frozenset[tuple[int, int]]
    weekdays: frozenset[int]
    spans: tuple[tuple[date, date], ...]
    any_month: bool


@lru_cache(maxsize=16384)
def known_days(text: Exact, beside: bool = False) -> KnownDays:
    """What ``text`` and its article's day give.

    Of a text ``beside`` the quotes only what it states: too much can be worked out from a whole
    article ("two years later", "the third quarter").
    """
    spans = tuple(_spans(text, beside))
    single = [first for first, last in spans if first == last]
    days = set(_days(text)) | {(day.month, day.day) for day in single}
    days |= {
        (day.month, day.day)
        for first, last in spans
        if first < last <= first + timedelta(days=6)
        for day in (first + timedelta(days=step) for step in range(7))
    }
    months = {_MONTHS[t.text] for t in text.tokens if t.text in _MONTHS}
    months |= {month for month, _ in days} | {d.month for d in text.dates if d.month}
    months |= {
        day.month for span in spans if (span[1] - span[0]).days < _FURTHEST_DAYS for day in span
    }
    if not beside and _YEAR_END.search(text.text):
        months |= _FIRST_AND_LAST_MONTH
    in_words = {int(n.low) for n in text.numbers if n.kind == "ordinal"}  # "the sixth of May"
    return KnownDays(
        years=frozenset(_years(text)) | {day.year for span in spans for day in span},
        months=frozenset(months),
        days=frozenset(days | {(month, day) for month in months for day in in_words}),
        weekdays=frozenset(_weekdays(text, beside)) | {day.weekday() for day in single},
        spans=spans,
        any_month=not beside and _PART_OF_YEAR.search(text.text) is not None,
    )


def _spans(text: Exact, beside: bool) -> Iterator[tuple[date, date]]:
    """Days that the dates of ``text`` may cover; a weekday may be the one before or after."""
    single = {text.day} if text.day else set()
    for mention in text.dates:
        if mention.first is None or mention.last is None or not is_countable(mention.first):
            continue
        yield mention.first, mention.last
        if mention.first == mention.last:
            single.add(mention.first)
        if mention.weekday is not None and mention.day is None:
            single |= {mention.first + timedelta(days=step) for step in (-7, 7)}
    single |= {day - timedelta(days=1) for day in (text.day,) if day}
    lengths = set() if beside else {round(s / _DAY_S) for s in figures(text).spans_s}
    steps = {step for step in lengths if 0 < step <= _FURTHEST_DAYS}
    steps |= {1} if not beside and _DAY_BESIDE.search(text.text) else set()
    for day in filter(is_countable, single):
        for shift in {0} | steps | {-step for step in steps}:
            moved = day + timedelta(days=shift)
            yield moved, moved


def _years(text: Exact) -> Iterator[int]:
    for mention in text.dates:
        if mention.year:
            yield mention.year
    for value in figures(text).plain:
        if 1500 <= value < 2200 and value == int(value):
            yield int(value)
    for match in _YEAR_RANGE.finditer(text.text):
        yield int(match["first"]) // 100 * 100 + int(match["last"])
    for match in _FROM_TO.finditer(text.text):
        yield from range(int(match["first"]), int(match["last"]))
    for match in _CENTURY.finditer(text.text):
        yield from range(int(match["century"]) * 100 - 100, int(match["century"]) * 100)
    if text.day and _ONE_CENTURY.search(text.text):
        first = text.day.year // 100 * 100
        yield from (first, first + 100)
    for match in _SHORT_YEAR.finditer(text.text):
        yield from (century + int(match["year"]) for century in (1900, 2000))
    for match in _DECADE_IN_WORDS.finditer(text.text):
        first = 10 * (_TENS.index(match["tens"].lower()) + 2)
        yield from (century + first for century in (1800, 1900, 2000))
    if text.day and _YEAR_BEFORE.search(text.text):
        yield text.day.year - 1
    for match in _SHORT_DECADE.finditer(text.text):
        yield from (century + int(match["decade"]) for century in (1800, 1900, 2000))


def _days(text: Exact) -> Iterator[tuple[int, int]]:
    for mention in text.dates:
        if mention.month and mention.day:
            yield mention.month, mention.day
    for match in _MONTH_DAY.finditer(text.text):
        yield _MONTHS[match["month"]], int(match["day"])
    yield from (day for feast, day in _FEASTS if feast.search(text.text))


def _weekdays(text: Exact, beside: bool) -> Iterator[int]:
    """Weekdays that are named or in what is, and those that a date without a year may fall on."""
    if not beside and _EVERY_DAY.search(text.text):
        yield from range(7)
    if _WEEKEND.search(text.text):
        yield from (5, 6)
    for mention in text.dates:
        if mention.weekday is not None:
            yield mention.weekday
        if mention.month and mention.day and not mention.year and text.day:
            for year in (text.day.year - 1, text.day.year, text.day.year + 1):
                if mention.day <= monthrange(year, mention.month)[1]:
                    yield date(year, mention.month, mention.day).weekday()
