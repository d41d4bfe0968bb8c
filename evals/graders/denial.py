"""Whether a sentence denies what a form in it would state: "no one claimed", "the BLA denied"."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rag.claims.negation import Negation, find_negations
from rag.claims.words import STOP_WORDS, tokens, word_set

# Between a form and a negating word these begin a clause of their own.
_CLAUSE_WORDS = word_set(
    "but although though while whereas because who which when if after before",
)
# These too after the form; before it they carry a denial on: "denied that the BLA".
_AFTER_WORDS = word_set("that as")
# A negation bears on what is at most so many words of content away.
_REACH = 8
_CLAUSE_MARKS = frozenset(",;:.!?—–-()")


def is_denied(text: str, start: int, end: int, evidence: Iterable[str]) -> bool:
    """Whether a negation of ``text`` bears on ``text[start:end]``.

    A negation inside the form is part of it ("no proof"), and one that the articles' own sentence
    has too is part of the fact ("seven have not been found").

    Args:
        evidence: the articles' sentences that state the fact.
    """
    known = {word for sentence in evidence for word in _negating_words(sentence)}
    return any(
        negation.text.casefold() not in known and _bears_on(text, negation, start, end)
        for negation in _negations(text)
        if not (start <= negation.start < end)
    )


@lru_cache(maxsize=8192)
def _negations(text: str) -> tuple[Negation, ...]:
    return find_negations(text)


@lru_cache(maxsize=4096)
def _negating_words(sentence: str) -> frozenset[str]:
    return frozenset(negation.text.casefold() for negation in _negations(sentence))


def _bears_on(text: str, negation: Negation, start: int, end: int) -> bool:
    if negation.end <= start:
        return not _clause_ends(text[negation.end : start], _CLAUSE_WORDS)
    return not _clause_ends(text[end : negation.start], _CLAUSE_WORDS | _AFTER_WORDS)


def _clause_ends(between: str, words: frozenset[str]) -> bool:
    """Whether another clause begins in the words between a form and a negation."""
    said = 0
    for token in tokens(between):
        if token.text in _CLAUSE_MARKS or token.lower in words:
            return True
        if token.lower == "and" and said:
            return True
        said += token.kind == "word" and token.lower not in STOP_WORDS
    return said > _REACH
