"""What a sentence denies: negating words and the words that they bear on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.claims.words import STOP_WORDS, Token, stem, tokens, word_set


@dataclass(frozen=True, slots=True)
class Negation:
    """A negating word, ``text[start:end]``, and the stems of the words it bears on, in order.

    ``denial`` is True when somebody denies ("denied", "rejected"), False when the sentence itself
    says no ("not", "without").
    """

    start: int
    end: int
    text: str
    scope: tuple[str, ...]
    denial: bool


_NEGATORS = word_set(
    "not no never nobody none neither nor without cannot nothing nowhere hardly barely",
    "scarcely",
)
_DENIALS = word_set(
    "deny denied denies denying denial reject rejected rejects rejecting rejection dismiss",
    "dismissed dismisses dismissing refute refuted refutes refuting disputed disputes dispute",
    "disputing contradicted disavowed repudiated",
)
_PREVENTIONS = word_set(
    "failed fails fail failing refused refuses refuse refusing declined declines unable",
    "lacked lacks lack prevented avoided ruled stopped absence",
)
_BASELESS = word_set(
    "baseless groundless unfounded untrue false fabricated invented fiction wrong",
)
_NOT_NEGATING = re.compile(
    r"\b(?:not only|no doubt|no longer than|no fewer|no less|no more than|not least|no\.?\s*\d|"
    r"no sooner|none other|not just|not fewer|not less|not more)",
    re.IGNORECASE,
)
_CALENDAR = word_set(
    "monday tuesday wednesday thursday friday saturday sunday january february march april",
    "june july august september october november december yesterday today",
)
_CLAUSE_END = frozenset(".;:!?—–()")
_BREAKS = word_set(
    "but although though while whereas because and who which when if after before",
)
_MAX_SCOPE = 7


def find_negations(text: str) -> tuple[Negation, ...]:
    """Negations of ``text`` in order."""
    sequence = tokens(text)
    found: list[Negation] = []
    for index, token in enumerate(sequence):
        if token.kind != "word":
            continue
        denial = token.lower in _DENIALS
        if not denial and not _negates(text, sequence, index):
            continue
        scope = _scope(sequence, index)
        if token.lower in _BASELESS or token.lower == "nobody":
            scope = ("basi", *_scope_before(sequence, index)) if token.lower in _BASELESS else scope
        found.append(Negation(token.start, token.end, token.text, scope, denial))
    return tuple(found)


def _negates(text: str, sequence: Sequence[Token], index: int) -> bool:
    word = sequence[index].lower
    if word.endswith("n't"):
        return True
    if word in _NEGATORS:
        return _NOT_NEGATING.match(text, sequence[index].start) is None
    if word in _PREVENTIONS:
        following = sequence[index + 1].lower if index + 1 < len(sequence) else ""
        if word == "ruled":
            return following == "out"
        if word in {"prevented", "avoided", "stopped"}:
            return False
        return word in {"lack", "lacked", "lacks", "absence"} or following == "to"
    return word in _BASELESS and index > 0


def _scope(sequence: Sequence[Token], index: int) -> tuple[str, ...]:
    stems: list[str] = []
    for token in sequence[index + 1 :]:
        if token.text in _CLAUSE_END or len(stems) >= _MAX_SCOPE:
            break
        if stems and (token.lower in _BREAKS or token.text == ","):
            break
        if token.kind == "word" and token.lower not in STOP_WORDS | _CALENDAR:
            stems.append(stem(token.lower))
    return tuple(stems)


def _scope_before(sequence: Sequence[Token], index: int) -> tuple[str, ...]:
    stems: list[str] = []
    for token in reversed(sequence[:index]):
        if token.text in _CLAUSE_END or len(stems) >= _MAX_SCOPE:
            break
        if token.kind == "word" and token.lower not in STOP_WORDS:
            stems.append(stem(token.lower))
    return tuple(stems)


__all__ = ["Negation", "find_negations"]
