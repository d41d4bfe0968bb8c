"""The noun that a number counts: "17 law enforcement personnel", "three of the attackers"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.claims.quantity import Quantity
from rag.claims.units import (
    CURRENCY_NOUNS,
    IRREGULAR_PLURALS,
    MEASURES,
    NOT_COUNTED,
    PARTITIVE,
    SKIPPED,
)
from rag.claims.words import STOP_WORDS, Token, next_word, stem, tokens, word_set

_DETERMINERS = word_set(
    "the a an its their his her all these those",
)
_TONS = word_set("ton tons tonne tonnes")
_STATES = word_set(
    "dead wounded injured missing",
)
_NUMBER_OF = re.compile(
    r"\b(?:numbers? of(?: the)?|toll of|count of|total of)\s+(?P<noun>(?:\w+\s+){0,2}?\w+)"
    r"(?=\s+(?:to|at|is|was|were|had|has|stands|stood|rose|known|above|below|by|who|of|aboard|in"
    r"|from|reached|climbed|fell)\b)"
    r"|\b(?P<toll>death toll|toll|number of dead)\b",
    re.IGNORECASE,
)
_MAGNITUDE_BEFORE = re.compile(r"\bmagnitude(?:\s+of(?:\s+\w+)?)?[\s‐‑-]+$", re.IGNORECASE)
_NEW_CLAUSE = re.compile(r"\b(?:which|who|whose|that|than|while|whereas|but|although)\b|[;:]")


def with_unit(text: str, sequence: Sequence[Token], at: int, quantity: Quantity) -> Quantity:
    """``quantity`` with the noun that follows it, or the scale that it is a value of."""
    if _MAGNITUDE_BEFORE.search(text[: quantity.start]):
        return replace(quantity, kind="measure", unit="magnitude", head="magnitude")
    hyphened = at < len(sequence) and sequence[at].text in "-‐‑"
    if hyphened:
        at += 1
    if at < len(sequence) and sequence[at].lower == "of":
        return _part_of(text, sequence, _after_determiners(sequence, at + 1), quantity)
    while at < len(sequence) and sequence[at].lower in SKIPPED:
        at += 1
    if quantity.kind == "fraction" and next_word(sequence, at) in {"a", "an"}:
        at += 1
    words = _phrase(sequence, at)
    if not words:
        state = next_word(sequence, at)
        return replace(quantity, unit=state, head=state) if state in _STATES else quantity
    first = words[0].lower
    if len(words) > 1 and words[0].text[0].isupper() and words[1].lower in CURRENCY_NOUNS:
        first = words[1].lower
    if len(words) > 1 and first in {"short", "long", "metric"} and words[1].lower in _TONS:
        first = words[1].lower
    if first in CURRENCY_NOUNS and quantity.kind != "ordinal":
        name = CURRENCY_NOUNS[first]
        return replace(quantity, kind="money", unit=name, head=name)
    squared = words[1:] if first in {"square", "cubic", "nautical"} else []
    if squared and squared[0].lower in MEASURES:
        name = f"{first} {MEASURES[squared[0].lower].name}"
        return replace(quantity, kind="measure", unit=name, head=name)
    if first in MEASURES and quantity.kind not in {"ordinal", "vague"}:
        name = MEASURES[first].name
        return replace(quantity, kind="measure", unit=name, head=name)
    return _counted(text, sequence, at, words, quantity)


def _counted(
    text: str, sequence: Sequence[Token], at: int, words: list[Token], quantity: Quantity
) -> Quantity:
    index = next((i for i, word in enumerate(words) if _is_plural(word.lower)), None)
    if quantity.low == 1 and at and sequence[at - 1].lower not in {"of", *_DETERMINERS}:
        index = None  # "one person suffered burns" counts no burns
    if index is None:
        index = 0 if quantity.kind != "ordinal" else len(words) - 1
    head = words[index]
    position = sequence.index(head, at)
    beside = words if quantity.low == 1 else words[:index]
    modifiers = {stem(word.lower) for word in beside if word is not head}
    unit_end = head.end
    if position + 1 < len(sequence) and sequence[position + 1].lower == "of":
        complement = _phrase(sequence, _after_determiners(sequence, position + 2))
        modifiers |= {stem(word.lower) for word in complement}
        if complement and head.lower in PARTITIVE:
            unit_end = complement[-1].end
    return replace(
        quantity,
        unit=text[words[0].start : unit_end],
        head=stem(head.lower),
        modifiers=frozenset(modifiers),
    )


def _part_of(text: str, sequence: Sequence[Token], at: int, quantity: Quantity) -> Quantity:
    """ "three of the attackers", "dozens of people"; "of them" says nothing yet."""
    words = _phrase(sequence, at)
    if not words:
        return replace(quantity, inherited=True)
    if quantity.kind == "fraction" and words[0].lower in MEASURES:
        measure = MEASURES[words[0].lower]
        return replace(quantity, kind="measure", unit=measure.name, head=measure.name)
    return _counted(text, sequence, sequence.index(words[0], at), words, quantity)


def _after_determiners(sequence: Sequence[Token], at: int) -> int:
    while at < len(sequence) and sequence[at].lower in _DETERMINERS:
        at += 1
    return at


def _phrase(sequence: Sequence[Token], at: int) -> list[Token]:
    """Words of the noun phrase at ``at``: up to a mark, a number, a verb or a function word."""
    words: list[Token] = []
    while at < len(sequence) and len(words) < 5:
        token = sequence[at]
        if token.text in "-‐‑“”\"'‘’" and words:
            at += 1
            continue
        if token.kind != "word" or token.lower in STOP_WORDS:
            break
        if token.lower in NOT_COUNTED:
            break
        words.append(token)
        if _is_plural(token.lower):
            break
        at += 1
    return words


def _is_plural(word: str) -> bool:
    if word in IRREGULAR_PLURALS:
        return True
    return word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3


def with_shared_units(text: str, found: list[Quantity]) -> tuple[Quantity, ...]:
    """Numbers without a noun take that of "number of X" before them, or of an earlier number."""
    shared: list[Quantity] = []
    for quantity in found:
        if quantity.head is not None or quantity.kind not in {"count", "vague"}:
            shared.append(quantity)
            continue
        since = shared[-1].end if shared else 0
        named = list(_NUMBER_OF.finditer(text, since, quantity.start))
        earlier = [
            q
            for q in shared
            if q.kind == "count" and q.head and not _NEW_CLAUSE.search(text, q.end, quantity.start)
        ]
        if named:
            noun = named[-1]["noun"] or "dead"
            stems = [stem(t.lower) for t in tokens(noun) if t.lower not in STOP_WORDS]
            if stems:
                shared.append(
                    replace(quantity, unit=noun, head=stems[-1], modifiers=frozenset(stems[:-1]))
                )
                continue
        if earlier:
            last = earlier[-1]
            shared.append(
                replace(
                    quantity,
                    unit=last.unit,
                    head=last.head,
                    modifiers=last.modifiers,
                    inherited=True,
                )
            )
            continue
        shared.append(quantity)
    return tuple(shared)


def share_of(sequence: Sequence[Token], at: int, quantity: Quantity) -> Quantity:
    """What a percentage or sum is of: "97 percent of the customers"."""
    while at < len(sequence) and sequence[at].lower in {
        "%",
        "per",
        "cent",
        "percent",
        "-",
        "points",
    }:
        at += 1
    if at < len(sequence) and sequence[at].lower == "of":
        words = _phrase(sequence, _after_determiners(sequence, at + 1))
        return replace(quantity, modifiers=frozenset(stem(t.lower) for t in words))
    return quantity
