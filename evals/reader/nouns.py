"""What a number counts: "17 law-enforcement officers", "three of the attackers", "26 dead"."""

from __future__ import annotations

import re
from itertools import takewhile

from .words import Word, listed_words, words_of

_LONGEST = 5
_GAP = re.compile(r"[\s“”\"'‘’‐‑-]*")
_OF = re.compile(
    r"\s+of\s+(?:(?:the|these|those|its|their|his|her|our)\s+)?(?!them\b)", re.IGNORECASE
)
_HYPHEN = re.compile(r"[‐‑-](?=[^\W\d_])")
_MORE = re.compile(
    r"\+|\s+(?:(?:or )?(?:more|so|fewer|less)|other|another|additional)\b", re.IGNORECASE
)
_WERE = re.compile(r"\s+(?:were|was|are|is|have been|had been|has been)\b", re.IGNORECASE)


def counted(text: str, end: int, *, single: bool = False) -> frozenset[str]:
    """What a number ending at ``end`` counts, or what became of the counted, in lower case.

    The noun is the first plural among the words that follow; of "17 members of the police" both
    nouns. Empty when the sentence does not say.

    Args:
        single: the number is one, and its noun no plural.
    """
    if hyphen := _HYPHEN.match(text, end):  # "the 12-member council"
        return frozenset(word.lower for word in words_of(text[hyphen.end() :])[:1])
    if more := _MORE.match(text, end):
        end = more.end()
    of_whom = _OF.match(text, end)
    words = _phrase(text, of_whom.end() if of_whom else end)
    for at, word in enumerate(words):
        if is_plural(word.lower):
            plurals = [*takewhile(lambda one: is_plural(one.lower), words[at:])]
            heads = frozenset(one.lower for one in plurals)  # "four crew members"
            of_what = _OF.match(text, plurals[-1].end)
            if of_what and heads & listed_words("partitives"):
                heads |= counted(text, of_what.end())
            return heads
        if at == 0 and single:
            return frozenset({word.lower})
    if not words and (were := _WERE.match(text, end)):
        words = _phrase(text, were.end())
    states = listed_words("states")
    return frozenset(word.lower for word in words[:2] if word.lower in states)


def is_plural(word: str) -> bool:
    """Whether a word in lower case looks like a plural noun."""
    if word in listed_words("plurals"):
        return True
    return len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "'s"))


def _phrase(text: str, start: int) -> list[Word]:
    """The words from ``start`` up to a mark, a number or a word without content."""
    phrase: list[Word] = []
    end = start
    for word in words_of(text[start : start + 120]):
        begin, stop = start + word.start, start + word.end
        is_apart = _GAP.fullmatch(text, end, begin) is None
        if is_apart or word.lower in listed_words("stop_words") or len(phrase) == _LONGEST:
            break
        phrase.append(Word(begin, stop, word.lower))
        end = stop
    return phrase
