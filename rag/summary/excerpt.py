"""A few exact words of a sentence around what matters in it."""

from __future__ import annotations

from rag.claims.words import Token, tokens, word_set

MAX_WORDS = 14
_EDGES = frozenset(';:()“”"—–[]')
_FEWEST_WORDS = 6
_DANGLING = word_set("and or of in on at to from by with for the a an its their as that , - –")
_OPENERS = word_set("while whereas but although though which who because after that")


def excerpt_around(text: str, start: int, end: int, max_words: int = MAX_WORDS) -> str:
    """The clause of ``text`` that holds ``text[start:end]``, at most ``max_words`` of it."""
    sequence = tokens(text)
    inside = [i for i, t in enumerate(sequence) if t.start < end and start < t.end]
    if not inside:
        return text[start:end]
    first, last = inside[0], inside[-1]
    words = last - first + 1
    low, high = first, last
    can_left = can_right = True
    while words < max_words and (can_left or can_right):
        can_right = can_right and high + 1 < len(sequence) and not _edge(sequence, high + 1, True)
        if can_right:
            high += 1
            words += sequence[high].kind in {"word", "number"}
        can_left = can_left and low > 0 and not _edge(sequence, low - 1, False)
        if can_left and words < max_words:
            low -= 1
            words += sequence[low].kind in {"word", "number"}
    while low < first and sequence[low].lower in _DANGLING:
        if sequence[low + 1].lower in {"least", "most"}:
            break
        low += 1
    is_cut = high + 1 < len(sequence) and not _edge(sequence, high + 1, True)
    if is_cut and high - 1 > last and sequence[high - 1].lower in {"and", "or"}:
        high -= 1  # "civilians and security", where "personnel" was cut off
    while high > last and sequence[high].lower in _DANGLING:
        high -= 1
    return text[sequence[low].start : sequence[high].end].strip(" ,.")


def excerpt_from(text: str, start: int, max_words: int = MAX_WORDS) -> str:
    """At most ``max_words`` words of ``text`` from ``start`` on, to the end of a clause if it is
    not far."""
    sequence = [t for t in tokens(text) if t.start >= start]
    words = 0
    last = -1
    for token in sequence:
        last += 1
        words += token.kind in {"word", "number"}
        if words >= max_words or (token.text in ",;—–" and words >= _FEWEST_WORDS):
            break
    while last > 0 and sequence[last].lower in _DANGLING:
        last -= 1
    return text[start : sequence[last].end].strip(" ,.;—–") if sequence else ""


def _edge(sequence: tuple[Token, ...], at: int, ahead: bool) -> bool:
    token = sequence[at]
    if token.text in _EDGES:
        return True
    if token.text == ",":
        return True
    return token.lower in _OPENERS and ahead
