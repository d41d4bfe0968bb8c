"""Which articles a search may use: by published date, by outlet, by collection."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from rag.errors import UsageError, printable

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class Filters:
    """Bounds on the articles searched. All given ones must hold; the empty filter lets all through.

    An article without a published date is left out when ``since`` or ``until`` is set, one without
    an outlet when ``outlets`` is set: what is not known cannot be said to match.

    Attributes:
        since, until: first and last published day, both included.
        outlets: outlet names of which one must match, letter case and spacing aside.
        collection: name of the collection that they must be in, letter case and spacing aside.
            Where filters are used, one that is not there, or is empty, is a ``UsageError``.
    """

    since: date | None = None
    until: date | None = None
    outlets: tuple[str, ...] = ()
    collection: str | None = None

    @property
    def by_date(self) -> bool:
        return self.since is not None or self.until is not None

    @property
    def active(self) -> bool:
        return self.by_date or bool(self.outlets) or self.collection is not None

    @property
    def outlet_keys(self) -> frozenset[str]:
        return frozenset(name_key(name) for name in self.outlets)

    def matches(
        self, published: str | None, outlet: str | None, collections: Iterable[str] = ()
    ) -> bool:
        """Whether an article with this ISO date and outlet, in these collections, may be used."""
        if self.by_date and published is None:
            return False
        if self.since and published and published < self.since.isoformat():
            return False
        if self.until and published and published > self.until.isoformat():
            return False
        if self.outlets and (outlet is None or name_key(outlet) not in self.outlet_keys):
            return False
        return self.collection is None or name_key(self.collection) in map(name_key, collections)

    def to_json(self) -> dict[str, Any]:
        """The bounds as JSON, for records of what made an answer."""
        return {
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "outlets": list(self.outlets),
            "collection": self.collection,
        }


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many articles a filter leaves out for want of a date or an outlet, not by its bounds."""

    undated: int = 0
    no_outlet: int = 0


def parse_filters(
    since: str | None = None,
    until: str | None = None,
    outlets: Iterable[str] = (),
    collection: str | None = None,
) -> Filters:
    """Filters from what a person wrote; a year or month alone means its first or last day.

    Raises:
        UsageError: a date that is none, a range that holds no day, or an empty name.
    """
    first = None if since is None else _parse_date(since, "since", last=False)
    last = None if until is None else _parse_date(until, "until", last=True)
    if first and last and first > last:
        raise UsageError(f"no day is since {first} and until {last}: swap the two dates")
    names = tuple(dict.fromkeys(name.strip() for name in outlets))
    if not all(names):
        raise UsageError("an outlet name is empty")
    if collection is not None and not collection.strip():
        raise UsageError("the name of the collection is empty")
    return Filters(first, last, names, collection and collection.strip())


def name_key(name: str) -> str:
    """What two spellings of one name share: Unicode form, letter case and spacing aside."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _parse_date(value: str, option: str, *, last: bool) -> date:
    matched = _DATE.fullmatch(value.strip())
    try:
        if matched is None:
            raise ValueError("not of the form YYYY-MM-DD")
        year, month, day = (None if part is None else int(part) for part in matched.groups())
        assert year is not None
        month = month or (12 if last else 1)
        return date(year, month, day or (calendar.monthrange(year, month)[1] if last else 1))
    except ValueError as error:  # calendar.IllegalMonthError is one too
        raise UsageError(
            f"{option}: {printable(value, 40)!r} is not a date ({error}); "
            "write it as YYYY-MM-DD, YYYY-MM or YYYY"
        ) from None
