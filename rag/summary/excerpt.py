"""A few exact words of a sentence around what matters in it."""

from __future__ import annotations

from rag.claims.words import Token, tokens, word_set

MAX_WORDS = 14
_EDGES = frozenset(';:()“”"—–[]')
_OPENERS = word_set("while whereas but although though which who because after that")


def excerpt_around(text: str, start: int, end: int) -> str:
    """The clause of ``text`` that holds ``text[start:end]``, at most ``MAX_WORDS`` words of it."""
    sequence = tokens(text)
    inside = [i for i, t in enumerate(sequence) if t.start < end and start < t.end]
    if not inside:
        return text[start:end]
    first, last = inside[0], inside[-1]
    words = last - first + 1
    low, high = first, last
    can_left = can_right = True
    while words < MAX_WORDS and (can_left or can_right):
        can_right = can_right and high + 1 < len(sequence) and not _edge(sequence, high + 1, True)
        if can_right:
            high += 1
            words += sequence[high].kind in {"word", "number"}
        can_left = can_left and low > 0 and not _edge(sequence, low - 1, False)
        if can_left and words < MAX_WORDS:
            low -= 1
            words += sequence[low].kind in {"word", "number"}
    begin, stop = sequence[low].start, sequence[high].end
    return text[begin:stop].strip(" ,.")


def _edge(sequence: tuple[Token, ...], at: int, ahead: bool) -> bool:
    token = sequence[at]
    if token.text in _EDGES:
        return True
    if token.text == ",":
        return True
    return token.lower in _OPENERS and ahead
