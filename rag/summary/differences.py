"""Where the reports part: other numbers for one thing, and claims that somebody denies.

A difference that is none costs more trust than one that is missed, so two numbers count as rivals
only when nothing in the articles tells that they are of different things.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Literal

from rag.answer.answer import Relation
from rag.claims.dates import DateMention, dates_conflict
from rag.claims.numbers import values_relate
from rag.claims.synonyms import same_meaning
from rag.summary.brief import Difference
from rag.summary.figures import Mention, Slot, values_of
from rag.summary.material import Citations
from rag.summary.timeline import is_of_saying

Rivalry = Literal["compatible", "conflict"]
_UPDATE_EVENTS = frozenset({"death", "injury", "missing", "arrest", "rescue", "displacement"})


def number_differences(
    slots: Sequence[Slot], citations: Citations, count: int
) -> tuple[Difference, ...]:
    """Slots in which reports, or those whom they quote, give different values."""
    found: list[tuple[float, Difference]] = []
    for slot in slots:
        rivals = _rivals(slot)
        if rivals is None:
            continue
        mentions, relation = rivals
        weight = len({m.sentence.origin for m in mentions}) + 2.0 * (relation == "conflict")
        difference = Difference(slot.label, relation, values_of(mentions, citations))
        found.append((weight, difference))
    found.sort(key=lambda item: -item[0])
    return tuple(difference for _, difference in found[:count])


def _rivals(slot: Slot) -> tuple[list[Mention], Rivalry] | None:
    """The mentions of a slot that give rival values, and how these relate at worst."""
    worst: Rivalry | None = None
    involved: dict[int, Mention] = {}
    for one, other in combinations(slot.mentions, 2):
        relation = _relation(one, other, slot.mentions)
        if relation is None or relation == "same":
            continue
        if worst != "conflict":
            worst = relation
        involved |= {id(one): one, id(other): other}
    if worst is None:
        return None
    kept = [m for m in slot.mentions if id(m) in involved or _agrees(m, involved.values())]
    return kept, worst


def _agrees(mention: Mention, others: Iterable[Mention]) -> bool:
    """Whether a mention repeats one that is involved, and so belongs beside it."""
    return any(
        values_relate(mention.quantity, o.quantity) == "same"
        and mention.quantity.qualifier == o.quantity.qualifier
        for o in others
    )


def _relation(one: Mention, other: Mention, mentions: Sequence[Mention]) -> Relation | None:
    """How two numbers for one thing relate; None when they are of different things."""
    if one.sentence.ordinal == other.sentence.ordinal and one.speaker_key == other.speaker_key:
        return None
    relation: Relation = values_relate(one.quantity, other.quantity)
    if relation == "same":
        if one.quantity.qualifier == other.quantity.qualifier:
            return "same"
        relation = "compatible"
    if _side_by_side(one, other, mentions) or not _same_scope(one, other):
        return None
    if relation == "conflict" and _is_update(one, other):
        return None
    if relation == "compatible" and one.sentence.origin == other.sentence.origin:
        return None
    return relation


def _side_by_side(one: Mention, other: Mention, mentions: Sequence[Mention]) -> bool:
    """Whether one article gives both values in one voice, as only different things are told."""
    left = {(m.article_id, m.speaker_key) for m in mentions if _agrees(m, [one])}
    right = {(m.article_id, m.speaker_key) for m in mentions if _agrees(m, [other])}
    if left & right:
        return True
    unattributed = [m for m in (one, other) if m.voice is None]
    articles = {a for a, _ in left} & {a for a, _ in right}
    return bool(articles) and (bool(unattributed) or _one_is_dated(one, other))


def _one_is_dated(one: Mention, other: Mention) -> bool:
    return bool(_scope(one)) != bool(_scope(other))


def _same_scope(one: Mention, other: Mention) -> bool:
    """Whether nothing tells that two numbers are of different days, places or kinds."""
    left, right = _scope(one), _scope(other)
    if left and right and any(dates_conflict(a, b) for a in left for b in right):
        return False
    if one.quantity.modifiers and other.quantity.modifiers:
        shared = any(
            same_meaning(a, b) for a in one.quantity.modifiers for b in other.quantity.modifiers
        )
        if not shared:
            return False
    return True


def _scope(mention: Mention) -> tuple[DateMention, ...]:
    """Dates of what a number counts, not of who said it."""
    return tuple(d for d in mention.dates if not is_of_saying(mention.sentence, d))


def _is_update(one: Mention, other: Mention) -> bool:
    """Whether the later article may simply know more: tolls rise from day to day."""
    if not (one.events | other.events) & _UPDATE_EVENTS:
        return False
    first, second = one.sentence.article.published, other.sentence.article.published
    if first is None or second is None or first == second:
        return False
    return one.sentence.origin != other.sentence.origin


# --- claims and denials ---
