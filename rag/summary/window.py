"""When an event was: what its articles tell of that time, and what is background."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rag.claims.dates import DateMention
from rag.summary.material import SourceSentence

# A report tells of the days before it; what lies further back it tells as background.
_DAYS_BEFORE = 14
_DAYS_AFTER = 3


@dataclass(frozen=True, slots=True)
class EventWindow:
    """The days that count as the event's own; None when no article is dated."""

    first: date | None
    last: date | None

    def is_background(self, mention: DateMention) -> bool:
        """Whether a date lies before the event; when that cannot be told, it does not."""
        if mention.granularity in {"year", "decade"} and mention.text.lower().startswith("last"):
            return True
        if mention.last is None or self.first is None:
            return False
        return mention.last < self.first


def event_window(published: Iterable[date | None]) -> EventWindow:
    """The window of an event from the days on which its articles came out."""
    days = [day for day in published if day is not None]
    if not days:
        return EventWindow(None, None)
    return EventWindow(
        min(days) - timedelta(days=_DAYS_BEFORE), max(days) + timedelta(days=_DAYS_AFTER)
    )


def background_sentences(
    sentences: Sequence[SourceSentence], window: EventWindow
) -> frozenset[int]:
    """Ordinals of sentences on what happened before the event.

    A sentence is, when all its dates are before the window; and one without a date is, when the
    one before it in its paragraph is.
    """
    found: set[int] = set()
    for before, sentence in zip([None, *sentences], sentences, strict=False):
        dates = sentence.reading.dates
        if dates:
            if all(window.is_background(d) for d in dates):
                found.add(sentence.ordinal)
        elif (
            before is not None
            and before.ordinal in found
            and before.article is sentence.article
            and before.paragraph == sentence.paragraph
        ):
            found.add(sentence.ordinal)
    return frozenset(found)
