"""The exact things of a text: its numbers, dates, times of day and names, each read once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rag.claims.clock import ClockTime, find_times
from rag.claims.dates import DateMention, day_of, find_dates
from rag.claims.names import Name, find_names
from rag.claims.notation import ENGLISH, Notation
from rag.claims.numbers import Quantity, find_quantities
from rag.claims.words import Token, tokens
from rag.evidence.evidence import Evidence
from rag.evidence.vetoes.veto import Veto, VetoKind


@dataclass(frozen=True, slots=True, eq=False)
class Exact:
    """What ``text`` states exactly; its dates are resolved with ``day``, its article's."""

    text: str
    day: date | None
    notation: Notation
    tokens: tuple[Token, ...]
    numbers: tuple[Quantity, ...]
    dates: tuple[DateMention, ...]
    times: tuple[ClockTime, ...]
    names: tuple[Name, ...]


@lru_cache(maxsize=16384)
def exact(text: str, day: date | None = None, notation: Notation = ENGLISH) -> Exact:
    """The exact things of a sentence, a title or a statement; ``day`` is its article's, and
    ``notation`` how its article writes figures."""
    dates = find_dates(text, day, notation.dates)
    times = tuple(t for t in find_times(text) if _tells_time(text[t.start : t.end]))
    apart = [(d.start, d.end) for d in dates] + [(t.start, t.end) for t in times]
    names = tuple(n for n in find_names(text) if not any(d.start <= n.start < d.end for d in dates))
    numbers = find_quantities(text, apart, notation)
    return Exact(text, day, notation, tokens(text), numbers, dates, times, names)


def quoted(evidence: Sequence[Evidence]) -> tuple[Exact, ...]:
    """The sentences of ``evidence``, then the titles of their articles."""
    titles = dict.fromkeys((i.title, i.published, i.notation) for i in evidence if i.title)
    return (
        *(exact(item.text, _day(item.published), item.notation) for item in evidence),
        *(exact(title, _day(published), notation) for title, published, notation in titles),
    )


def whole(evidence: Sequence[Evidence]) -> tuple[Exact, ...]:
    """The quotes and titles of ``evidence``, then the texts of their articles."""
    texts = dict.fromkeys(
        (i.article_text, i.published, i.notation) for i in evidence if i.article_text
    )
    return (
        *quoted(evidence),
        *(exact(text, _day(published), notation) for text, published, notation in texts),
    )


def is_countable(day: date) -> bool:
    """Whether years can be counted from ``day`` either way without leaving the calendar."""
    return 1000 < day.year < 3000


def instead(kind: VetoKind, span: tuple[int, int], said: Iterable[str], stated: str) -> Veto:
    """The veto of ``stated``, beside what the quotes say of its kind: one or two of it."""
    rivals = list(dict.fromkeys(said))
    if not 1 <= len(rivals) <= 2:
        return Veto(kind, span, f"{stated} is in none of the quotes")
    return Veto(kind, span, f"the quotes say {' and '.join(rivals)}, not {stated}", rival=True)


def _tells_time(text: str) -> bool:
    """A stop alone makes no time of day: "0.03 points" is none."""
    return "." not in text or "m" in text.lower()


def _day(published: str | None) -> date | None:
    day = day_of(published)
    return day if day is not None and is_countable(day) else None
