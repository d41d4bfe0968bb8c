"""Negations of a sentence: where it says no, and where somebody denies."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from .words import listed_lines, one_of

_NEGATION = re.compile(
    rf"(?<!\w)(?!(?:{one_of(listed_lines('not_negations'))})(?!\w))"
    rf"(?:(?:{one_of(listed_lines('negations'))})(?!\w)|\w+n['’]t(?!\w))",
    re.IGNORECASE,
)


class Negation(NamedTuple):
    """A negating word or phrase, ``text[start:end]``; ``word`` is it in lower case."""

    start: int
    end: int
    word: str


@lru_cache(maxsize=8192)
def find_negations(text: str) -> tuple[Negation, ...]:
    """Negations of ``text`` in order; "not only" and "no fewer than" are none."""
    return tuple(
        Negation(match.start(), match.end(), " ".join(match.group().casefold().split()))
        for match in _NEGATION.finditer(text)
    )
