"""Where the reports part: other numbers for one thing, and claims that somebody denies.

A difference that is none costs more trust than one that is missed, so two numbers count as rivals
only when nothing in the articles tells that they are of different things.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Literal

from rag.claims.dates import DateMention, dates_conflict
from rag.claims.numbers import same_value, values_relate
from rag.claims.saying import is_of_saying
from rag.claims.synonyms import same_meaning
from rag.summary.brief import Difference
from rag.summary.figures import Mention, Slot, values_of
from rag.summary.material import Citations

Rivalry = Literal["compatible", "conflict"]
_UPDATED = frozenset({"death", "injury", "missing", "arrest", "rescue", "displacement"})
# Sentences of one article so near to each other set two accounts side by side on purpose.
_SIDE_BY_SIDE_SENTENCES = 2
# In one article a claim may stand far from what others say of it, but is not of a mere part.
_MIN_SHARED = 0.7
_MOST_TIMES_LARGER = 20.0


def number_differences(
    slots: Sequence[Slot], citations: Citations, count: int
) -> tuple[Difference, ...]:
    """Slots in which reports, or those whom they quote, give different values."""
    found: list[tuple[float, Slot, list[Mention], Rivalry]] = []
    for slot in slots:
        mentions, rivalry = _rivals(slot)
        if rivalry is not None:
            weight = len({m.sentence.origin for m in mentions}) + 3.0 * (rivalry == "conflict")
            found.append((weight, slot, mentions, rivalry))
    found.sort(key=lambda item: (-item[0], item[1].mentions[0].sentence.ordinal))
    return tuple(
        Difference(slot.label, rivalry, values_of(mentions, citations))
        for _, slot, mentions, rivalry in found[:count]
    )


def _rivals(slot: Slot) -> tuple[list[Mention], Rivalry | None]:
    """The mentions of a slot that give rival values, and how these relate at worst."""
    worst: Rivalry | None = None
    involved: dict[int, Mention] = {}
    for one, other in combinations(slot.mentions, 2):
        rivalry = _rivalry(one, other, slot.mentions)
        if rivalry is None:
            continue
        worst = "conflict" if "conflict" in (worst, rivalry) else rivalry
        involved |= {id(one): one, id(other): other}
    kept = [m for m in slot.mentions if id(m) in involved or _says_as(m, involved.values())]
    return kept, worst


def _says_as(mention: Mention, others: Iterable[Mention]) -> bool:
    """Whether a mention gives the value of one of ``others`` with its qualifier."""
    return any(
        same_value(mention.quantity, o.quantity)
        and mention.quantity.qualifier == o.quantity.qualifier
        for o in others
    )


def _rivalry(one: Mention, other: Mention, mentions: Sequence[Mention]) -> Rivalry | None:
    """How two values for one thing part; None when they agree or are of different things."""
    relation = values_relate(one.quantity, other.quantity)
    if relation == "same" or not _same_scope(one, other) or not _told_apart(one, other):
        return None
    if _is_update(one, other):
        return None
    together = _given_together(one, other, mentions)
    if not one.events and (together or not _worded_alike(one, other)):
        return None
    if together and not any(_contrasted(a, b) for a, b in together):
        return None
    if not together and one.sentence.origin == other.sentence.origin:
        return None
    return relation


def _told_apart(one: Mention, other: Mention) -> bool:
    """Whether a reader would call two values different: "17" and "at least 17" are not."""
    if not same_value(one.quantity, other.quantity):
        return True
    qualifiers = {one.quantity.qualifier, other.quantity.qualifier}
    return "more than" in qualifiers


def _worded_alike(one: Mention, other: Mention) -> bool:
    """Whether two numbers of no counted event stand among nearly the same words."""
    left, right = set(one.words), set(other.words)
    shared = sum(any(same_meaning(a, b) for b in right) for a in left)
    return shared >= _MIN_SHARED * max(len(left), len(right), 1)


def _given_together(
    one: Mention, other: Mention, mentions: Sequence[Mention]
) -> list[tuple[Mention, Mention]]:
    """The pairs in which one article gives both values."""
    return [
        (a, b)
        for a in mentions
        for b in mentions
        if a.article_id == b.article_id
        and same_value(a.quantity, one.quantity)
        and same_value(b.quantity, other.quantity)
    ]


def _contrasted(one: Mention, other: Mention) -> bool:
    """Whether an article that gives both values gives them as two accounts of one thing.

    Two are named who say so, and either they are set side by side or one of them only claims it.
    """
    if one.voice is None or other.voice is None or one.voice.key == other.voice.key:
        return False
    if bool(_scope(one)) != bool(_scope(other)):
        return False  # "92 on Saturday" is a part of the whole
    apart = abs(one.sentence.ordinal - other.sentence.ordinal)
    if apart <= _SIDE_BY_SIDE_SENTENCES:
        return True
    claims = {one.voice.stance, other.voice.stance} & {"claims"}
    low, high = sorted([one.quantity.high, other.quantity.high])
    return bool(claims) and high <= _MOST_TIMES_LARGER * max(low, 1.0)


def _same_scope(one: Mention, other: Mention) -> bool:
    """Whether nothing tells that two numbers are of different days or kinds."""
    left, right = _scope(one), _scope(other)
    if bool(left) != bool(right) and values_relate(one.quantity, other.quantity) == "conflict":
        return False  # one may be a part of the other: "92 on Saturday"
    if left and right and all(dates_conflict(a, b) for a in left for b in right):
        return False
    if "security" in one.kinds & other.kinds:
        return True
    narrow, narrower = one.quantity.modifiers, other.quantity.modifiers
    if not narrow or not narrower:
        return True
    return any(same_meaning(a, b) for a in narrow for b in narrower)


def _scope(mention: Mention) -> tuple[DateMention, ...]:
    """Dates of what a number counts, not of who said it."""
    return tuple(d for d in mention.dates if not is_of_saying(mention.sentence.text, d))


def _is_update(one: Mention, other: Mention) -> bool:
    """Whether the later article may simply know more: tolls change from day to day."""
    if not (one.events | other.events) & _UPDATED:
        return False
    first, second = one.sentence.article.published, other.sentence.article.published
    return first is not None and second is not None and first != second
