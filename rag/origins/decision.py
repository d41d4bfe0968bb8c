"""Whether two articles go back to one text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rag.origins.likeness import Likeness

# Below this many words only (nearly) the same words count: briefs on one event are alike.
_SHORT_WORDS = 40


@dataclass(frozen=True, slots=True)
class Demand:
    """What the two texts must at least share; fields as in ``Likeness``."""

    shorter: float
    longer: float
    lead: float


# By the days between the two dates. Copies follow within a day or two. What an outlet prints again
# after a week is a form filled in anew: a lottery drawing, a full moon, a morning's list.
_COPY = Demand(shorter=0.58, longer=0.52, lead=0.25)
_COPY_DAYS_LATER = Demand(shorter=0.64, longer=0.55, lead=0.25)
_COPY_WEEKS_LATER = Demand(shorter=0.9, longer=0.8, lead=0.8)
_DAYS_LATER, _WEEKS_LATER = 2, 7
# A text cut to less than half, or an early report that grew: all of it stands in the longer one,
# with whose opening it begins. A digest of several stories is not tied to each of them so.
_EXCERPT = Demand(shorter=0.85, longer=0.1, lead=0.8)
_EXCERPT_LONGER_LEAD = 0.5
_BRIEF = Demand(shorter=0.9, longer=0.75, lead=0.9)
_BRIEF_CLOSENESS = 0.75
# Templates keep their words and change their numbers.
_MIN_NUMBERS = 0.4


def is_copy(likeness: Likeness, words: int, days_apart: int | None) -> bool:
    """Whether one of two texts was made from the other, or both from a third.

    Args:
        words: of the shorter text.
        days_apart: between their dates; None when one is not known.
    """
    if likeness.numbers is not None and likeness.numbers < _MIN_NUMBERS:
        return False
    if words < _SHORT_WORDS:
        return _meets(likeness, _BRIEF) and likeness.closeness >= _BRIEF_CLOSENESS
    days = days_apart or 0
    if days >= _WEEKS_LATER:
        return _meets(likeness, _COPY_WEEKS_LATER)
    if _meets(likeness, _COPY_DAYS_LATER if days >= _DAYS_LATER else _COPY):
        return True
    return _meets(likeness, _EXCERPT) and likeness.longer_lead >= _EXCERPT_LONGER_LEAD


def days_between(one: str | None, other: str | None) -> int | None:
    """Days between two ISO dates, None when one is not known."""
    if one is None or other is None:
        return None
    return abs((date.fromisoformat(one) - date.fromisoformat(other)).days)


def _meets(likeness: Likeness, demand: Demand) -> bool:
    return (
        likeness.shorter >= demand.shorter
        and likeness.longer >= demand.longer
        and likeness.lead >= demand.lead
    )
