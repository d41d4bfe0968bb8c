"""Dates in a sentence, resolved with the day its article was published.

"Saturday" in an article of Sunday 1 February 2026 is 31 January 2026. What the text states is
kept beside what follows from it, so that two dates compare even when neither can be resolved.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from rag.claims.notation import DateOrder

Granularity = Literal["day", "week", "month", "year", "decade"]


def _numbered(lines: str, start: int) -> dict[str, int]:
    return {
        name: number for number, line in enumerate(lines.split(","), start) for name in line.split()
    }


_MONTHS = _numbered(
    "jan january, feb february, mar march, apr april, may, jun june, jul july, aug august,"
    "sep sept september, oct october, nov november, dec december",
    start=1,
)
_DAYS = _numbered(
    "monday mon, tuesday tue tues, wednesday wed, thursday thu thur thurs, friday fri,"
    "saturday sat, sunday sun",
    start=0,
)
_COUNTS = {"a": 1} | _numbered(
    "one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve", start=1
)


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date that a text states, ``text[start:end]``.

    Attributes:
        year, month, day, weekday: what the words themselves say (Monday is 0), else None.
        first, last: the days it covers, both included; None when that cannot be told.
        granularity: of what is stated.
        either: the two days that 03/04/2026 may be where the order is not known; the date then has
            no month and day.
    """

    start: int
    end: int
    text: str
    granularity: Granularity
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    first: date | None = None
    last: date | None = None
    either: tuple[date, date] | None = None


_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_WEEKDAY = (
    r"(?P<weekday>Mon(?:day)?|Tue(?:s|sday)?|Wed(?:nesday)?|Thu(?:rs?|rsday)?|Fri(?:day)?"
    r"|Sat(?:urday)?|Sun(?:day)?)\b\.?"
)
_DAY_NAME = r"(?P<weekday>Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>1[5-9]\d\d|20\d\d|21\d\d)(?![\d,.:]*\d|-year)"
_COUNT = rf"(?P<count>{'|'.join(_COUNTS)}|\d{{1,3}})"
_UNIT = r"(?P<unit>day|week|month|year|decade)s?"

_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("full", re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})\b")),
    (
        "figures",
        re.compile(
            r"(?<![\d./-])(?P<a>\d{1,2})(?P<sign>[./-])(?P<b>\d{1,2})(?P=sign)"
            r"(?P<year>\d{4}|(?<=/)\d{2})(?![\d/]|[.-]\d)"
        ),
    ),
    ("full", re.compile(rf"(?:{_WEEKDAY},?\s+)?\b{_DAY}\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?")),
    (
        "full",
        re.compile(rf"(?:{_WEEKDAY},?\s+)?\b{_MONTH}\s+{_DAY}(?![\d:]|[.,]\d)(?:,?\s+{_YEAR})?"),
    ),
    (
        "month",
        re.compile(rf"\b{_MONTH}(?:,?\s+(?:of\s+)?{_YEAR}|\s+(?P<shift>last|this|next)\s+year)"),
    ),
    ("month", re.compile(rf"\b(?P<shift>last|next|this)\s+{_MONTH}")),
    (
        "month",
        re.compile(
            rf"(?<=\b(?:in|of|by)\s)(?:(?:early|late|mid)[\s-])?{_MONTH}"
            rf"|(?<=\b(?:since|until|early)\s){_MONTH.replace('month', 'month2')}"
            rf"|\b(?P<month3>January|February|April|June|July|August|September|October|November"
            r"|December)\b(?!:\s*[A-Z])"
        ),
    ),
    ("weekday", re.compile(rf"\b(?:(?P<shift>last|next|this|coming|past)\s+)?{_DAY_NAME}")),
    ("ago", re.compile(rf"\b{_COUNT}\s+{_UNIT}\s+(?:ago|earlier this)\b", re.IGNORECASE)),
    (
        "named",
        re.compile(
            r"\b(?P<named>the day before yesterday|yesterday|today|tomorrow|tonight|last night"
            r"|the (?:previous|next|following) day|(?:a|one) day (?:earlier|later)"
            r"|(?:the|a) day (?:before|after)(?=\s*(?:[,.;:)”\"]|$|(?:and|but)\s)))\b",
            re.IGNORECASE,
        ),
    ),
    (
        "shifted",
        re.compile(
            r"\b(?P<shift>last|this|next|previous|past)\s+(?P<unit>week|month|year|decade)\b(?!\s+in\b|s)",
            re.IGNORECASE,
        ),
    ),
    ("decade", re.compile(r"\b(?:the\s+)?(?P<decade>(?:1[5-9]|20)\d0)s\b")),
    (
        "year",
        re.compile(
            rf"(?:(?<![\d$€£.,:#/-])|(?<=\b(?:mid|pre)-)|(?<=\b(?:late|post)-)|(?<=\bearly-))\b{_YEAR}\b(?![%$])"
        ),
    ),
)
_HINT = re.compile(
    r"\d|day\b|days\b|night|morrow|\b(?:week|month|year|decade)|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)
_COUNTED_YEAR = re.compile(
    r"(?:about|around|nearly|almost|least|than|some|over|up to|roughly|approximately|only)\s+$",
    re.IGNORECASE,
)
# "Around 2030" and "until at least 2030" are years, "around 2030 seals" is none.
_ROUGHLY = re.compile(r"\b(?:about|around|roughly|earlier than|later than)\s+$", re.IGNORECASE)
_TILL_ROUGHLY = re.compile(
    r"\b(?:in|by|since|until|till|before|after|from|to)\s+(?:at least|about|around|roughly"
    r"|approximately|almost|nearly)\s+$",
    re.IGNORECASE,
)
_NOTHING_COUNTED = re.compile(
    r"\s*(?:$|[^\w\s]|(?:and|or|but|when|while|as|that|which|who|to|is|was|were|will|would|for|by"
    r"|with|because|after|before|until|the|a|an|at)\b)",
    re.IGNORECASE,
)
_COUNTED_NOUN = re.compile(
    r"\s+(?:people|persons|men|women|children|homes|houses|soldiers|troops|workers|jobs|votes|cases"
    r"|deaths|dollars|euros|pounds|miles|metres|meters|feet|tons|tonnes|kilomet\w+|km|kg)\b"
)
_FUTURE = re.compile(
    r"\b(?:will|would|shall|next|due|until|is to|are to|to be|scheduled|planned|expected"
    r"|plans?|going to)\b|\bfrom\s*$",
    re.IGNORECASE,
)


def find_dates(
    text: str, published: date | None = None, order: DateOrder | None = None
) -> tuple[DateMention, ...]:
    """Dates of ``text`` in order; they do not overlap.

    Args:
        published: the article's day.
        order: what the article writes first in 03/04/2026.
    """
    if not _HINT.search(text):
        return ()
    taken: list[DateMention] = []
    for form, pattern in _FORMS:
        for match in pattern.finditer(text):
            if any(match.start() < d.end and d.start < match.end() for d in taken):
                continue
            if form == "figures":
                mention = _in_figures(match, order)
            else:
                mention = _mention(form, match, text, published, taken)
            if mention is not None:
                taken.append(mention)
    return tuple(sorted(taken, key=lambda d: d.start))


def day_of(published: str | None) -> date | None:
    """The day of an ISO 8601 date or time, None when there is none."""
    try:
        return date.fromisoformat(published[:10]) if published else None
    except ValueError:
        return None


def date_follows(stated: DateMention, evidence: DateMention) -> bool:
    """Whether ``evidence`` says the date that ``stated`` says, or a narrower one inside it."""
    if stated.text.lower() == evidence.text.lower() and stated.first in {None, evidence.first}:
        return True
    if stated.first and stated.last and evidence.first and evidence.last:
        return stated.first <= evidence.first and evidence.last <= stated.last
    if not _states_something(stated):
        return False
    known = _known(evidence)
    return all(known.get(field) == value for field, value in _stated(stated).items())


def dates_conflict(one: DateMention, other: DateMention) -> bool:
    """Whether two dates cannot both be the date of one event."""
    if one.first and one.last and other.first and other.last:
        return one.last < other.first or other.last < one.first
    left, right = _known(one), _known(other)
    return any(left[field] != right[field] for field in left.keys() & right.keys())


def _states_something(mention: DateMention) -> bool:
    return bool(_stated(mention))


def _stated(mention: DateMention) -> dict[str, int]:
    fields = ("year", "month", "day", "weekday")
    return {f: getattr(mention, f) for f in fields if getattr(mention, f) is not None}


def _known(mention: DateMention) -> dict[str, int]:
    known = _stated(mention)
    first, last = mention.first, mention.last
    if first and last:
        if first.year == last.year:
            known["year"] = first.year
            if first.month == last.month:
                known["month"] = first.month
        if first == last:
            known |= {"day": first.day, "weekday": first.weekday()}
    return known


def _mention(
    form: str,
    match: re.Match[str],
    text: str,
    published: date | None,
    before: list[DateMention],
) -> DateMention | None:
    group = match.groupdict()
    base = DateMention(match.start(), match.end(), match.group(), "day")
    if form == "full":
        return _full(base, group, text, published)
    if form == "month":
        return _month(base, group, text, published)
    if form == "weekday":
        return _weekday(base, group, text, published)
    if form == "ago":
        return _shifted(base, group["unit"].lower(), -_count(group["count"]), published)
    if form == "named":
        return _named(base, group["named"].lower(), published, before)
    if form == "shifted":
        steps = {"last": -1, "previous": -1, "past": -1, "this": 0, "next": 1}
        return _shifted(base, group["unit"].lower(), steps[group["shift"].lower()], published)
    if form == "decade":
        first = int(group["decade"])
        return replace(
            base, granularity="decade", first=date(first, 1, 1), last=date(first + 9, 12, 31)
        )
    if _is_count(text, match.start(), match.end()):
        return None
    return _span(replace(base, granularity="year", year=int(group["year"])))


def _is_count(text: str, start: int, end: int) -> bool:
    """Whether four figures that may be a year count something: "about 2000 seals"."""
    before = text[:start]
    if _COUNTED_NOUN.match(text, end):
        return True
    if not _COUNTED_YEAR.search(before):
        return False
    roughly = _ROUGHLY.search(before) or _TILL_ROUGHLY.search(before)
    return not (roughly and _NOTHING_COUNTED.match(text, end))


def _full(
    base: DateMention, group: dict[str, str | None], text: str, published: date | None
) -> DateMention | None:
    month_text = group["month"] or ""
    month = int(month_text) if month_text.isdigit() else _MONTHS[month_text.lower().rstrip(".")]
    day = int(group["day"] or 0)
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    year = int(group.get("year") or 0) or None
    weekday = group.get("weekday")
    stated = replace(
        base,
        year=year,
        month=month,
        day=day,
        weekday=_DAYS[weekday.lower().rstrip(".")] if weekday else None,
    )
    return _span(stated, _nearest_year(month, text[: base.start], published))


def _in_figures(match: re.Match[str], order: DateOrder | None) -> DateMention | None:
    """A date in figures alone; with a point the day comes first wherever it is written."""
    base = DateMention(match.start(), match.end(), match.group(), "day")
    one, two, year = int(match["a"]), int(match["b"]), int(match["year"])
    year += 0 if year > 99 else 2000
    day_first, month_first = _day(year, two, one), _day(year, one, two)
    if day_first and month_first and day_first != month_first:
        if match["sign"] != "." and order is None:
            return replace(base, year=year, either=(day_first, month_first))
        if order == "month" and match["sign"] != ".":
            day_first = None
    day = day_first or month_first
    if day is None:
        return None
    return replace(base, year=year, month=day.month, day=day.day, first=day, last=day)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(
    base: DateMention, group: dict[str, str | None], text: str, published: date | None
) -> DateMention | None:
    name = group.get("month") or group.get("month2") or group.get("month3") or ""
    month = _MONTHS[name.lower().rstrip(".")]
    stated = replace(base, granularity="month", month=month)
    if group.get("year"):
        return _span(replace(stated, year=int(group["year"] or 0)))
    shift = group.get("shift")
    if shift and published and " year" in base.text:
        return _span(stated, published.year + {"last": -1, "this": 0, "next": 1}[shift])
    return _span(stated, _nearest_year(month, text[: base.start], published))


def _weekday(
    base: DateMention, group: dict[str, str | None], text: str, published: date | None
) -> DateMention:
    number = _DAYS[(group["weekday"] or "").lower() + "day"]
    stated = replace(base, weekday=number)
    if published is None or base.text.endswith("days"):
        return stated
    shift = group.get("shift")
    back = (published.weekday() - number) % 7
    ahead = shift in {"next", "coming"} or (
        shift is None and back > 0 and _is_future(text, base.start)
    )
    if ahead:
        day = published + timedelta(days=(7 - back) if back else 7)
    else:
        day = published - timedelta(days=7 if shift == "last" and back == 0 else back)
    return replace(stated, first=day, last=day)


def _is_future(text: str, at: int) -> bool:
    """Whether the words just before a weekday speak of what is to come."""
    return bool(_FUTURE.search(text, max(0, at - 40), at))


def _named(
    base: DateMention, name: str, published: date | None, before: list[DateMention]
) -> DateMention:
    steps = {"yesterday": -1, "last night": -1, "today": 0, "tonight": 0, "tomorrow": 1}
    if name in steps or name == "the day before yesterday":
        day = published and published + timedelta(days=steps.get(name, -2))
        return replace(base, first=day, last=day)
    anchors = [d for d in before if d.end <= base.start and d.first and d.first == d.last]
    if not anchors:
        return base
    step = -1 if re.search(r"before|previous|earlier", name) else 1
    anchor = max(anchors, key=lambda d: d.start).first
    day = anchor + timedelta(days=step) if anchor else None
    return replace(base, first=day, last=day)


def _shifted(base: DateMention, unit: str, steps: int, published: date | None) -> DateMention:
    stated = replace(base, granularity=unit)  # type: ignore[arg-type]
    if published is None:
        return stated
    if unit == "day":
        first = last = published + timedelta(days=steps)
    elif unit == "week":
        first = published - timedelta(days=published.weekday()) + timedelta(weeks=steps)
        last = first + timedelta(days=6)
    elif unit == "month":
        months = published.year * 12 + published.month - 1 + steps
        year, month = divmod(months, 12)
        first = date(year, month + 1, 1)
        last = date(year, month + 1, calendar.monthrange(year, month + 1)[1])
    else:
        width = 10 if unit == "decade" else 1
        year = max(1, published.year + steps * width)
        first, last = date(year, 1, 1), date(min(9999, year + width - 1), 12, 31)
    return replace(stated, first=first, last=last)


def _nearest_year(month: int, before: str, published: date | None) -> int | None:
    """The year of a month stated without one: the last such month, or the next if the words
    ``before`` speak of what is to come."""
    if published is None:
        return None
    future = _FUTURE.search(before) is not None
    if month > published.month and not future:
        return published.year - 1
    if published.month - month > 9 and future:
        return published.year + 1
    return published.year


def _span(stated: DateMention, assumed_year: int | None = None) -> DateMention:
    """``stated`` with the days it covers, when its year is known or assumed."""
    year = stated.year if stated.year is not None else assumed_year
    if year is None or not 1 <= year <= 9999:
        return stated
    try:
        if stated.day and stated.month:
            first = last = date(year, stated.month, stated.day)
        elif stated.month:
            first = date(year, stated.month, 1)
            last = date(year, stated.month, calendar.monthrange(year, stated.month)[1])
        else:
            first, last = date(year, 1, 1), date(year, 12, 31)
    except ValueError:
        return stated
    return replace(stated, first=first, last=last)


def _count(word: str) -> int:
    return _COUNTS.get(word.lower()) or int(word)
