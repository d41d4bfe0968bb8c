"""Dates as news pages write them → ISO 8601, or None where the writing leaves a doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from enum import Enum

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
_NUMERIC = re.compile(r"\b(?P<first>\d{1,2})(?P<sign>[/.-])(?P<second>\d{1,2})(?P=sign)" + _YEAR)


class DateOrder(Enum):
    """Which of the two first numbers of 03/04/2026 is the day."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


def iso_date(text: str, order: DateOrder | None = None) -> str | None:
    """The first date in ``text`` as ``YYYY-MM-DD``.

    Args:
        text: any text; a date needs day, month and year.
        order: how the page writes 03/04/2026; without it such a date is no date.
    """
    found = find_date(text, order)
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


def find_date(text: str, order: DateOrder | None = None) -> tuple[str, int, int] | None:
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
