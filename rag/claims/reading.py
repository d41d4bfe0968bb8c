"""One sentence read for all that it claims."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rag.claims.clock import ClockTime, find_times
from rag.claims.dates import DateMention, find_dates
from rag.claims.names import Name, find_names
from rag.claims.negation import Negation, find_negations
from rag.claims.notation import ENGLISH, Notation
from rag.claims.numbers import Quantity, find_quantities
from rag.claims.speakers import Attribution, find_attributions
from rag.claims.words import Token, content_stems, tokens


@dataclass(frozen=True, slots=True)
class Reading:
    """What ``text`` claims; see the modules of each part. ``stems`` maps content stems to words."""

    text: str
    tokens: tuple[Token, ...]
    stems: dict[str, str]
    quantities: tuple[Quantity, ...]
    dates: tuple[DateMention, ...]
    times: tuple[ClockTime, ...]
    names: tuple[Name, ...]
    attributions: tuple[Attribution, ...]
    negations: tuple[Negation, ...]


@lru_cache(maxsize=8192)
def read_sentence(
    text: str, published: date | None = None, notation: Notation = ENGLISH
) -> Reading:
    """The claims of a sentence; ``published`` is the day its article came out, ``notation`` how it
    writes figures."""
    dates = find_dates(text, published, notation.dates)
    times = find_times(text)
    apart = [(d.start, d.end) for d in dates] + [(t.start, t.end) for t in times]
    return Reading(
        text=text,
        tokens=tokens(text),
        stems=content_stems(text),
        quantities=find_quantities(text, apart, notation),
        dates=dates,
        times=times,
        names=tuple(
            n for n in find_names(text) if not any(d.start <= n.start < d.end for d in dates)
        ),
        attributions=find_attributions(text),
        negations=find_negations(text),
    )
