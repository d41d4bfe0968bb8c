"""Dates as news pages write them → ISO 8601, or None where the writing leaves a doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from enum import Enum

from rag.articles.foreign_dates import find_foreign_dates

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun",
            "july jul", "august aug", "september sept sep", "october oct", "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b[.,]?\s+)?"
# The year ends where no further digit follows: "2026Clash Report" is glued in some scrapes.
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"

_WRITTEN = (
    re.compile(rf"\b{_WEEKDAY}{_DAY}\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}", re.IGNORECASE),
    re.compile(rf"\b{_WEEKDAY}{_MONTH}\s+{_DAY},?\s+{_YEAR}", re.IGNORECASE),
    re.compile(rf"\b{_DAY}[-/]{_MONTH}[-/,]\s?{_YEAR}", re.IGNORECASE),
    re.compile(
        r"\b(?P<year>(?:19|20)\d\d)[-/.](?P<number>0?[1-9]|1[0-2])[-/.](?P<day>0[1-9]|[12]\d|3[01]|[1-9])"
        r"(?!\d)"
    ),
)
# 20260131, 20260131T180200Z: a whole word of digits, as exports and feeds have it.
_COMPACT = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])"
    r"(?:T?\d{4}(?:\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?"
)
_EPOCH = re.compile(r"(?:/Date\()?(?P<number>\d{9,16}(?:\.\d+)?)(?:[+-]\d{4})?(?:\)/)?")
# Numbers of seconds before 1980 are no dates of news but zeros and mistakes.
_FIRST_EPOCH_S, _LAST_EPOCH_S = 315_532_800, 4_102_444_800
_NUMERIC = re.compile(r"\b(?P<first>\d{1,2})(?P<sign>[/.-])(?P<second>\d{1,2})(?P=sign)" + _YEAR)


class DateOrder(Enum):
    """Which of the two first numbers of 03/04/2026 is the day."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


def iso_date(text: str, order: DateOrder | None = None, language: str | None = None) -> str | None:
    """The first date in ``text`` as ``YYYY-MM-DD``.

    Args:
        text: any text; a date needs day, month and year.
        order: how the page writes 03/04/2026; without it such a date is no date.
        language: of the text, where it is known; see ``find_foreign_dates``.
    """
    found = find_date(text, order, language)
    return found[0] if found else None


def publication_day(iso: str | None) -> str | None:
    """``iso`` (``YYYY-MM-DD``), or None where nothing can have been published then.

    Day 0 of computers' clocks stands for a date that is not known; a day to come is that of an
    event. Tomorrow is a day that has begun somewhere.
    """
    if iso is None or iso == "1970-01-01":
        return None
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    return iso if iso <= tomorrow.isoformat() else None


def field_date(value: object, language: str | None = None) -> str | None:
    """The day that a field which holds nothing but a date states, as ``YYYY-MM-DD``.

    Beside what ``iso_date`` reads: 20260131T180200Z, seconds or milliseconds since 1970 (in UTC),
    and the wrapper that MongoDB's exports put around both.
    """
    for _ in range(3):  # {"$date": {"$numberLong": "1769760000000"}}
        if isinstance(value, dict):
            value = next((value[key] for key in ("$date", "$numberLong") if key in value), None)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value).strip()
    compact = _COMPACT.fullmatch(text)
    if compact:
        return _valid_date(int(compact["year"]), int(compact["month"]), int(compact["day"]))
    epoch = _EPOCH.fullmatch(text)
    if epoch:
        return _epoch_date(float(epoch["number"]))
    return iso_date(text, language=language)


def _epoch_date(number: float) -> str | None:
    for per_second in (1, 10**3, 10**6):
        seconds = number / per_second
        if _FIRST_EPOCH_S <= seconds <= _LAST_EPOCH_S:
            return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    return None


def find_date(
    text: str, order: DateOrder | None = None, language: str | None = None
) -> tuple[str, int, int] | None:
    """The first date in ``text`` with its start and end, or None."""
    best: tuple[str, int, int] | None = None
    for pattern in _WRITTEN:
        match = pattern.search(text)
        if match and (best is None or match.start() < best[1]):
            found = _written_date(match)
            if found:
                best = (found, match.start(), match.end())
    match = _NUMERIC.search(text)
    if match and (best is None or match.start() < best[1]):
        found = _numeric_date(match, order)
        if found:
            best = (found, match.start(), match.end())
    if best is None:
        for year, month, day, start, end in find_foreign_dates(text, language):
            valid = _valid_date(year, month, day)
            if valid and (best is None or start < best[1]):
                best = (valid, start, end)
    return best


def numeric_date_order(lines: Iterable[str]) -> DateOrder | None:
    """How a page writes 03/04/2026, settled by its dates with a day above 12; None in doubt."""
    orders: set[DateOrder] = set()
    for line in lines:
        for match in _NUMERIC.finditer(line):
            first, second = int(match["first"]), int(match["second"])
            if 12 < first <= 31 and 1 <= second <= 12:
                orders.add(DateOrder.DAY_FIRST)
            elif 12 < second <= 31 and 1 <= first <= 12:
                orders.add(DateOrder.MONTH_FIRST)
    return orders.pop() if len(orders) == 1 else None


def _written_date(match: re.Match[str]) -> str | None:
    groups = match.groupdict()
    month = int(groups["number"]) if groups.get("number") else _MONTHS[groups["month"].lower()]
    return _valid_date(int(groups["year"]), month, int(groups["day"]))


def _numeric_date(match: re.Match[str], order: DateOrder | None) -> str | None:
    first, second, year = int(match["first"]), int(match["second"]), int(match["year"])
    if first == second:
        return _valid_date(year, first, second)
    if second > 12:
        return _valid_date(year, first, second)
    if first > 12 or order is DateOrder.DAY_FIRST or match["sign"] == ".":
        return _valid_date(year, second, first)  # 01.02.2026 is day first wherever it is written
    return _valid_date(year, first, second) if order is DateOrder.MONTH_FIRST else None


def _valid_date(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
