"""Whether a day in a sentence is that of somebody's words, and not of what they tell."""

from __future__ import annotations

from rag.claims.dates import DateMention
from rag.claims.words import word_set

_SAYING = word_set(
    "said says told announced reported added stated wrote confirmed claimed denied",
    "rejected",
)


def is_of_saying(text: str, mention: DateMention) -> bool:
    """ "… said on Sunday": the day of the words, not of what they tell."""
    before = text[: mention.start].lower().split()
    while before and before[-1] in {"on", "in", "late", "early", "earlier"}:
        before.pop()
    after = text[mention.end :].lower().split()
    near = {w.strip(",.“”") for w in (before[-1:] + after[:1])}
    return bool(near & _SAYING)
