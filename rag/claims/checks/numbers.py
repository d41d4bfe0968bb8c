"""Each number of a statement, with what it counts, must be in the evidence."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from rag.claims.checks.evidence import EvidenceSet, Finding
from rag.claims.numbers import Quantity, same_value, value_follows
from rag.claims.reading import Reading
from rag.claims.segments import overlap, segment_of
from rag.claims.synonyms import event_of, same_meaning
from rag.claims.words import stem, word_set


class _Match(NamedTuple):
    reading: Reading
    quantity: Quantity


_ANYBODY = frozenset(
    stem(w)
    for w in word_set(
        "people persons individuals others men victims casualties humans souls lives",
    )
)
_STATES = frozenset(
    stem(w)
    for w in word_set(
        "dead wounded injured missing",
    )
)
_HUMAN = frozenset(
    stem(w)
    for w in word_set(
        "people civilians militants soldiers personnel police officers members troops inmates",
        "guards children women men workers passengers crew patients students pupils residents",
        "guests fighters gunmen attackers insurgents rebels separatists terrorists victims",
        "survivors prisoners refugees migrants protesters demonstrators journalists teachers",
        "doctors staff tourists villagers customers voters depositors employees pilgrims",
        "labourers laborers politicians judges lawyers nurses firefighters families relatives",
        "bodies girls boys",
    )
)
_HUMAN_ENDINGS = ("men", "women")
_OF_PAIR = re.compile(r"\s+(?:out\s+)?of\s+(?:the|its|their|these|those|his|her)?\s*")


def check_numbers(statement: Reading, evidence: EvidenceSet) -> Finding | None:
    """The first number of ``statement`` that the evidence does not state, or not of that thing."""
    matched: dict[Quantity, list[_Match]] = {}
    for quantity in statement.quantities:
        if _says_little(quantity):
            continue
        found = _matches(statement, quantity, evidence)
        if isinstance(found, Finding):
            return found
        matched[quantity] = found
    return _check_pairs(statement, matched) or _check_bindings(statement, matched, evidence)


def _says_little(quantity: Quantity) -> bool:
    """ "One soldier" says no more than "a soldier", "a few" no more than the plural."""
    if quantity.kind == "vague" and quantity.high <= 12:
        return True
    return quantity.low == quantity.high == 1 and quantity.kind == "count" and (
        quantity.qualifier is None
    )  # fmt: skip


def _matches(
    statement: Reading, quantity: Quantity, evidence: EvidenceSet
) -> list[_Match] | Finding:
    everywhere = [_Match(r, q) for r in evidence.readings for q in r.quantities]
    same = [m for m in everywhere if same_value(quantity, m.quantity)]
    following = [m for m in everywhere if value_follows(quantity, m.quantity)]
    if not following:
        return _not_stated(statement, quantity, same, everywhere)
    fitting = [m for m in following if _unit_fits(quantity, m)]
    if not fitting:
        units = sorted({m.quantity.unit for m in following if m.quantity.unit})
        stated = f" ({', '.join(units)})" if units else ""
        return Finding(
            "unit",
            f"“{quantity.text}” does not count {_shown_unit(quantity)} "
            f"in the cited sentences{stated}",
            contradicts=True,
        )
    happened = [m for m in fitting if _event_fits(statement, quantity, m)]
    if not happened:
        return Finding(
            "event",
            f"the cited sentences give “{quantity.text}” for something else",
            contradicts=True,
        )
    return happened


def _not_stated(
    statement: Reading, quantity: Quantity, same: list[_Match], everywhere: list[_Match]
) -> Finding:
    shown = statement.text[quantity.start : quantity.end]
    if same:
        qualifiers = sorted({m.quantity.qualifier or "no qualifier" for m in same})
        return Finding(
            "qualifier",
            f"the cited sentences qualify “{shown}” differently: {', '.join(qualifiers)}",
            contradicts=True,
        )
    raw = [m for m in everywhere if m.quantity.low == quantity.low and m.quantity.unit]
    if raw and quantity.unit:
        return Finding(
            "unit",
            f"“{shown}” is of {raw[0].quantity.unit} in the cited sentences, "
            f"not of {_shown_unit(quantity)}",
            contradicts=True,
        )
    rivals = [m for m in everywhere if _is_rival(quantity, m.quantity)]
    return Finding(
        "number", f"the number {shown} is not in the cited sentences", contradicts=bool(rivals)
    )


def _is_rival(quantity: Quantity, other: Quantity) -> bool:
    """Whether ``other`` is another value for what ``quantity`` counts."""
    if quantity.base[0] != other.base[0]:
        return False
    if quantity.kind in {"percent", "money", "measure"} or other.kind in {"percent", "money"}:
        return quantity.unit == other.unit
    if quantity.head is None or other.head is None:
        return False
    return same_meaning(quantity.head, other.head)


def _shown_unit(quantity: Quantity) -> str:
    return quantity.unit or "that"


def _unit_fits(quantity: Quantity, match: _Match) -> bool:
    other = match.quantity
    kinds = {quantity.kind, other.kind}
    if "label" in kinds:
        return quantity.kind == other.kind and (
            quantity.head == other.head or "no" in {quantity.unit, other.unit}
        )
    if "ordinal" in kinds or "points" in kinds:
        return quantity.kind == other.kind and _nouns_fit(quantity, match, lenient=True)
    if "money" in kinds:
        if quantity.kind == other.kind:
            return quantity.unit == other.unit
        return quantity.unit is None or quantity.inherited or other.unit is None
    if kinds <= {"percent", "fraction"} or quantity.kind == other.kind == "measure":
        return quantity.kind != "measure" or _measures_fit(quantity, other)
    if "age" in kinds:
        return quantity.kind == other.kind or quantity.unit is None or other.unit is None
    if "measure" in kinds:
        return quantity.unit is None or quantity.inherited or other.unit is None
    return _nouns_fit(quantity, match, lenient=False)


def _measures_fit(quantity: Quantity, other: Quantity) -> bool:
    return quantity.base[0] != "number" or quantity.unit == other.unit


def _nouns_fit(quantity: Quantity, match: _Match, *, lenient: bool) -> bool:
    other = match.quantity
    head = quantity.head
    if head is None or quantity.inherited:
        return True
    stated = {head} | quantity.modifiers
    known = ({other.head} if other.head else set()) | other.modifiers
    nearby = set(segment_of(match.reading, other))
    if other.head is None or other.inherited:
        return (
            _any_same({head}, nearby | known)
            or (head in _ANYBODY | _STATES)
            or _any_same({head}, set(match.reading.stems))
        )
    if _any_same({head}, known) or (lenient and _any_same(stated, known | nearby)):
        return True
    if head in _ANYBODY | _STATES:
        return _is_human(other.head)
    if other.head in _STATES | _ANYBODY:
        return head in match.reading.stems
    shared = quantity.modifiers & other.modifiers
    return bool(shared) and _is_human(head) and _is_human(other.head)


def _any_same(some: set[str], others: set[str]) -> bool:
    return any(same_meaning(a, b) for a in some for b in others)


def _is_human(head: str) -> bool:
    return head in _HUMAN or head in _STATES or head.endswith(_HUMAN_ENDINGS)


def _event_fits(statement: Reading, quantity: Quantity, match: _Match) -> bool:
    """Whether what happened to the counted ("killed", "injured") is the same on both sides."""
    if quantity.kind not in {"count", "vague"}:
        return True
    happened = _events(segment_of(statement, quantity))
    if not happened:
        return True
    near = _events(segment_of(match.reading, match.quantity))
    if not near:
        near = _events(tuple(match.reading.stems))
        return not near or bool(happened & near)
    return bool(happened & near)


def _events(stems: tuple[str, ...]) -> set[str]:
    return {event for s in stems if (event := event_of(s)) is not None}


def _check_pairs(statement: Reading, matched: dict[Quantity, list[_Match]]) -> Finding | None:
    """ "Five of the seven" is not "seven of the five"; two numbers are not exchanged."""
    quantities = list(matched)
    for one, two in pairwise(quantities):
        if one.low == two.low:
            continue
        joined = _OF_PAIR.fullmatch(statement.text, one.end, two.start)
        for m1 in matched[one]:
            for m2 in matched[two]:
                if m1.reading is not m2.reading:
                    continue
                low, high = sorted((m1.quantity, m2.quantity), key=lambda q: q.start)
                swapped = low is m2.quantity
                if joined and swapped and _OF_PAIR.fullmatch(m1.reading.text, low.end, high.start):
                    return _exchanged(one, two)
        if _are_exchanged(statement, one, two, matched):
            return _exchanged(one, two)
    return None


def _are_exchanged(
    statement: Reading, one: Quantity, two: Quantity, matched: dict[Quantity, list[_Match]]
) -> bool:
    """Whether the words around the two numbers fit crosswise better than straight."""
    first, second = segment_of(statement, one), segment_of(statement, two)
    straight = crossed = -1
    for m1 in matched[one]:
        for m2 in matched[two]:
            if m1.quantity is m2.quantity:
                continue
            near1 = segment_of(m1.reading, m1.quantity)
            near2 = segment_of(m2.reading, m2.quantity)
            straight = max(straight, overlap(first, near1) + overlap(second, near2))
            crossed = max(crossed, overlap(first, near2) + overlap(second, near1))
    return crossed > straight + 1


def _exchanged(one: Quantity, two: Quantity) -> Finding:
    return Finding(
        "binding",
        f"“{one.text}” and “{two.text}” belong to other things in the cited sentences",
        contradicts=True,
    )


def _check_bindings(
    statement: Reading, matched: dict[Quantity, list[_Match]], evidence: EvidenceSet
) -> Finding | None:
    """A number whose words go with another number of the evidence is given to the wrong thing."""
    for quantity, matches in matched.items():
        words = segment_of(statement, quantity)
        if len(words) < 2 or quantity.kind in {"label", "age", "ordinal"}:
            continue
        own = max(overlap(words, _around(m.reading, m.quantity)) for m in matches)
        for reading in evidence.readings:
            for rival in reading.quantities:
                if rival.base[0] != quantity.base[0] or same_value(rival, quantity):
                    continue
                if rival.kind != quantity.kind or any(same_value(rival, q) for q in matched):
                    continue
                theirs = overlap(words, segment_of(reading, rival))
                if theirs >= 2 and theirs > own + 1:
                    return Finding(
                        "binding",
                        f"the cited sentences give “{rival.text}” for this, not “{quantity.text}”",
                        contradicts=True,
                    )
    return None


def _around(reading: Reading, quantity: Quantity) -> tuple[str, ...]:
    """Stems that go with ``quantity``; one that shares a noun shares what leads up to it."""
    own = segment_of(reading, quantity)
    if quantity.inherited and quantity.head:
        first = reading.quantities[0]
        own += (quantity.head, *quantity.modifiers, *segment_of(reading, first))
    return own
