"""Who does what to whom: "India accused Pakistan" is not "Pakistan accused India"."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from rag.claims.checks.evidence import EvidenceSet, Finding
from rag.claims.names import country_of
from rag.claims.reading import Reading
from rag.claims.words import STOP_WORDS, Token, is_common, is_irregular, stem, word_set

_BE = word_set(
    "is are was were been being be got",
)
_CLAUSE_WORDS = word_set(
    "that which who while whereas but because although though when if whether after before as",
    "and",
)
_MARKS = frozenset(',;:()—–“”"')
_NO_ARGUMENT = word_set(
    "monday tuesday wednesday thursday friday saturday sunday percent per cent said says told",
)
_REACH = 6


class _Frame(NamedTuple):
    verb: str
    left: frozenset[str]
    right: frozenset[str]


def check_roles(statement: Reading, evidence: EvidenceSet) -> Finding | None:
    """The first verb around which the statement has subject and object exchanged."""
    mine = frames(statement.tokens)
    for reading in evidence.readings:
        theirs = frames(reading.tokens)
        for verb, surface, frame in mine:
            known = [f for v, _, f in theirs if v == verb]
            if known and all(_is_exchanged(frame, other) for other in known):
                return Finding(
                    "role",
                    f"around “{surface}” the cited sentence has it the other way round",
                    contradicts=True,
                )
    return None


def _is_exchanged(one: _Frame, other: _Frame) -> bool:
    straight = len(one.left & other.left) + len(one.right & other.right)
    left_in_right = len(one.left & other.right)
    right_in_left = len(one.right & other.left)
    return left_in_right > 0 and right_in_left > 0 and left_in_right + right_in_left >= straight + 2


@lru_cache(maxsize=4096)
def frames(tokens: tuple[Token, ...]) -> tuple[tuple[str, str, _Frame], ...]:
    """(stem, word, frame) of each verb-like word: content stems before and after it.

    A passive with "by" is turned round; one without has nobody on the left.
    """
    return tuple(_frames(tokens))


def _frames(tokens: tuple[Token, ...]) -> Iterator[tuple[str, str, _Frame]]:
    for index, token in enumerate(tokens):
        if token.kind != "word" or not is_verb_like(token):
            continue
        left = _arguments(tokens, index, -1)
        right = _arguments(tokens, index, 1)
        if _is_passive(tokens, index):
            agent = _agent(tokens, index)
            left, right = (agent, left | (right - agent)) if agent else (frozenset(), left | right)
        if left or right:
            verb = stem(token.lower)
            yield verb, token.text, _Frame(verb, left - {verb}, right - {verb})


def is_verb_like(token: Token) -> bool:
    """Whether a word has the form of a verb; some nouns have it too."""
    word = token.lower
    if word in STOP_WORDS or token.text[0].isupper():
        return False
    if word.endswith(("ed", "ing")) or is_irregular(word):
        return True
    return word.endswith("s") and (is_common(word[:-1] + "ed") or is_common(word[:-1] + "d"))


def _arguments(tokens: tuple[Token, ...], index: int, step: int) -> frozenset[str]:
    found: list[str] = []
    at = index + step
    while 0 <= at < len(tokens) and len(found) < _REACH:
        token = tokens[at]
        if token.text in _MARKS or (token.lower in _CLAUSE_WORDS and not _joins(tokens, at)):
            break
        if _says_something(token):
            found.append(country_of(token.lower) or stem(token.lower))
        at += step
    return frozenset(found)


def _joins(tokens: tuple[Token, ...], at: int) -> bool:
    return tokens[at].lower == "and" and 0 < at < len(tokens) - 1 and (
        tokens[at - 1].kind == tokens[at + 1].kind == "word"
    )  # fmt: skip


def _says_something(token: Token) -> bool:
    return (
        token.kind == "word" and token.lower not in STOP_WORDS and token.lower not in _NO_ARGUMENT
    )


def _is_passive(tokens: tuple[Token, ...], index: int) -> bool:
    before = [t.lower for t in tokens[max(0, index - 3) : index]]
    word = tokens[index].lower
    participle = word.endswith(("ed", "en", "wn", "ght", "ld", "id", "nt", "un", "de", "ut", "ne"))
    return participle and any(w in _BE for w in before)


def _agent(tokens: tuple[Token, ...], index: int) -> frozenset[str]:
    for at in range(index + 1, min(index + 7, len(tokens))):
        if tokens[at].text in _MARKS:
            break
        if tokens[at].lower == "by":
            return _arguments(tokens, at, 1)
    return frozenset()
