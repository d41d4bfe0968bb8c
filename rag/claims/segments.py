"""Which words of a sentence go with which of its numbers: clauses, divided at the numbers."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from rag.claims.numbers import Quantity
from rag.claims.reading import Reading
from rag.claims.words import STOP_WORDS, Token, stem, word_set

_BOUNDARIES = word_set("while whereas but although though which who where and or when as after")
_MARKS = frozenset(",;:.()—–")
_NUMBER_UNITS = word_set("percent per cent million billion trillion thousand hundred")


@lru_cache(maxsize=4096)
def _segments(
    tokens: tuple[Token, ...], spans: tuple[tuple[int, int], ...]
) -> tuple[tuple[str, ...], ...]:
    """For each span of a number the content stems that go with it."""
    clauses = _clauses(tokens)
    found: list[tuple[str, ...]] = []
    for index, (start, end) in enumerate(spans):
        first, last = next((c for c in clauses if c[0] <= start < c[1]), (0, 1 << 30))
        mates = [s for s in spans if first <= s[0] < last]
        position = mates.index((start, end))
        low = first if position == 0 else end
        high = mates[position + 1][0] if position + 1 < len(mates) else last
        if position and index:
            low = start
        found.append(
            tuple(
                stem(t.lower)
                for t in tokens
                if low <= t.start < high
                and not start <= t.start < end
                and t.kind == "word"
                and t.lower not in STOP_WORDS
                and t.lower not in _NUMBER_UNITS
            )
        )
    return tuple(found)


def segments(reading: Reading) -> tuple[tuple[str, ...], ...]:
    """For each quantity of ``reading``, in order, the content stems of its part of the sentence."""
    return _segments(reading.tokens, tuple((q.start, q.end) for q in reading.quantities))


def segment_of(reading: Reading, quantity: Quantity) -> tuple[str, ...]:
    """The stems that go with one quantity of ``reading``."""
    return segments(reading)[reading.quantities.index(quantity)]


def _clauses(tokens: tuple[Token, ...]) -> list[tuple[int, int]]:
    """Character ranges of clauses: between marks and the words that open new ones.

    "and" between two words of one phrase opens none: only one before a verb or a number does,
    which the number division takes care of.
    """
    cuts = [0]
    for index, token in enumerate(tokens):
        if (
            token.text in _MARKS and not _inside_number(tokens, index)
        ) or token.lower in _BOUNDARIES:
            cuts.append(token.start)
    cuts.append(1 << 30)
    return [(a, b) for a, b in pairwise(cuts) if a < b]


def _inside_number(tokens: tuple[Token, ...], index: int) -> bool:
    token = tokens[index]
    if token.text == "." and index + 1 < len(tokens):
        return tokens[index + 1].start - token.end <= 1 and len(tokens[index - 1].text) <= 3
    return False
