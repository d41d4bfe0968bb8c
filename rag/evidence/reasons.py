"""The reason of a verdict in words that a reader understands, and the words it is about."""

from __future__ import annotations

from collections.abc import Sequence

from rag.evidence.verdict import Span
from rag.evidence.vetoes import Veto
from rag.judge import Opinion

_MOST_WORDS = 3
# Two marked words with this much between them are one place of the statement.
_GAP = 3


def spans_of(opinion: Opinion, against: Sequence[Veto], bound: float) -> tuple[Span, ...]:
    """Places of the statement that the quotes do not support, in order: what is vetoed, and the
    words that the judge marks; neighbours are one place."""
    marked = sorted(
        {*(veto.span for veto in against)}
        | {(start, end) for start, end, probability in opinion.words if probability >= bound}
    )
    places: list[Span] = []
    for start, end in marked:
        if places and start <= places[-1][1] + _GAP:
            places[-1] = (places[-1][0], max(end, places[-1][1]))
        else:
            places.append((start, end))
    return tuple(places)


def reason(
    text: str,
    opinion: Opinion,
    against: Sequence[Veto],
    bound: float,
    *,
    contradicted: bool,
) -> str:
    """ "the quotes say Saturday, not Friday"; "the quotes do not say “resigned”"."""
    if against:
        return "; ".join(dict.fromkeys(veto.why for veto in against[:_MOST_WORDS]))
    places = [text[start:end] for start, end in spans_of(opinion, (), bound)]
    if not places:
        return "the quotes say otherwise" if contradicted else "the quotes do not say this"
    words = ", ".join(f"“{place}”" for place in places[:_MOST_WORDS])
    if contradicted:
        return f"the quotes say otherwise: not {words}"
    return f"the quotes do not say {words}"


def doubt(text: str, spans: Sequence[Span]) -> str:
    """ "it is not certain that the quotes say “resigned”"."""
    words = ", ".join(f"“{text[start:end]}”" for start, end in spans[:_MOST_WORDS])
    return f"it is not certain that the quotes say {words or 'this'}"


def places_of(text: str, words: Sequence[str]) -> tuple[Span, ...]:
    """Where each of ``words`` stands first in ``text``, letter case aside; those that do not are
    left out."""
    lowered = text.lower()
    places = set()
    for word in words:
        start = lowered.find(word.strip().lower()) if word.strip() else -1
        if start >= 0:
            places.add((start, start + len(word.strip())))
    return tuple(sorted(places))
