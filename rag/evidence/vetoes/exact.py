"""The exact things of a text: its numbers, dates, times of day and names, each read once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rag.claims.clock import ClockTime, find_times
from rag.claims.dates import DateMention, day_of, find_dates
from rag.claims.names import Name, find_names
from rag.claims.numbers import Quantity, find_quantities
from rag.claims.words import Token, tokens
from rag.evidence.evidence import Evidence


@dataclass(frozen=True, slots=True, eq=False)
class Exact:
    """What ``text`` states exactly; its dates are resolved with ``day``, its article's."""

    text: str
    day: date | None
    tokens: tuple[Token, ...]
    numbers: tuple[Quantity, ...]
    dates: tuple[DateMention, ...]
    times: tuple[ClockTime, ...]
    names: tuple[Name, ...]


@lru_cache(maxsize=16384)
def exact(text: str, day: date | None = None) -> Exact:
    """The exact things of a sentence, a title or a statement; ``day`` is its article's."""
    dates = find_dates(text, day)
    times = tuple(t for t in find_times(text) if _tells_time(text[t.start : t.end]))
    apart = [(d.start, d.end) for d in dates] + [(t.start, t.end) for t in times]
    names = tuple(n for n in find_names(text) if not any(d.start <= n.start < d.end for d in dates))
    return Exact(text, day, tokens(text), find_quantities(text, apart), dates, times, names)


def quoted(evidence: Sequence[Evidence]) -> tuple[Exact, ...]:
    """The sentences of ``evidence``, then the titles of their articles."""
    titles = dict.fromkeys((item.title, item.published) for item in evidence if item.title)
    return (
        *(exact(item.text, _day(item.published)) for item in evidence),
        *(exact(title, _day(published)) for title, published in titles),
    )


def is_countable(day: date) -> bool:
    """Whether years can be counted from ``day`` either way without leaving the calendar."""
    return 1000 < day.year < 3000


def instead(said: Iterable[str], stated: str) -> str:
    """Why ``stated`` falls, beside what the quotes say of its kind: one or two of it."""
    rivals = list(dict.fromkeys(said))
    if not 1 <= len(rivals) <= 2:
        return f"{stated} is in none of the quotes"
    return f"the quotes say {' and '.join(rivals)}, not {stated}"


def _tells_time(text: str) -> bool:
    """A stop alone makes no time of day: "0.03 points" is none."""
    return "." not in text or "m" in text.lower()


def _day(published: str | None) -> date | None:
    day = day_of(published)
    return day if day is not None and is_countable(day) else None
