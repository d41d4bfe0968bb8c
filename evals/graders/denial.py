"""Whether a sentence denies what a form in it would state: "no one claimed", "the BLA denied"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from ..reader import Negation, find_negations, listed_words, words_of

# After the form these begin a clause of their own; before it they carry a denial on: "denied that
# the BLA".
_AFTER_WORDS = frozenset({"that", "as"})
# A negation bears on what is at most so many words of content away.
_REACH = 8
_CLAUSE_MARK = re.compile(r"[;!?—()]|[,:.](?!\d)|(?<!\w)[–-]|[–-](?!\w)")


def is_denied(text: str, start: int, end: int, evidence: Iterable[str]) -> bool:
    """Whether a negation of ``text`` bears on ``text[start:end]``.

    A negation inside the form is part of it ("no proof"), and one that the articles' own sentence
    has too is part of the fact ("seven have not been found").

    Args:
        evidence: the articles' sentences that state the fact.
    """
    known = {word for sentence in evidence for word in negating_words(sentence)}
    return any(
        negation.word not in known and _bears_on(text, negation, start, end)
        for negation in find_negations(text)
        if not (start <= negation.start < end)
    )


@lru_cache(maxsize=4096)
def negating_words(sentence: str) -> frozenset[str]:
    """The words that say no in a sentence, in lower case."""
    return frozenset(negation.word for negation in find_negations(sentence))


def _bears_on(text: str, negation: Negation, start: int, end: int) -> bool:
    clause_words = listed_words("clause_words")
    if negation.end <= start:
        return not _clause_ends(text[negation.end : start], clause_words)
    return not _clause_ends(text[end : negation.start], clause_words | _AFTER_WORDS)


def _clause_ends(between: str, clause_words: frozenset[str]) -> bool:
    """Whether another clause begins in the words between a form and a negation."""
    if _CLAUSE_MARK.search(between):
        return True
    of_content = 0
    for word in words_of(between):
        if word.lower in clause_words or (word.lower == "and" and of_content):
            return True
        of_content += word.lower not in listed_words("stop_words")
    return of_content > _REACH
