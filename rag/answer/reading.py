"""A text read for answers: its words as keys that can be compared, its names and its figures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rag.answer.question import WORD, AskedQuestion, key_of, word_weight
from rag.claims.words import STOP_WORDS, fold, word_set

_NUMBER_WORDS = word_set(
    """two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen one twenty thirty forty fifty sixty seventy eighty ninety hundred
    hundreds thousand thousands million millions billion billions trillion dozen dozens scores half
    third quarter twice once double triple first second"""
)
_ONE = "one"
_OPENING_MARKS = frozenset('.?!:“"‘')


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as word keys in order, with the names and figures it holds.

    Attributes:
        words: key of each word.
        weights: how much each says, 0 for stop words.
        keys: the distinct ``words``.
        named: position → folded word, for words written as names.
        figures: position → digits or number word.
    """

    words: tuple[str, ...]
    weights: tuple[float, ...]
    keys: frozenset[str]
    named: dict[int, str]
    figures: dict[int, str]


@lru_cache(maxsize=16_384)
def read_text(text: str) -> Reading:
    """Word keys, weights, names and figures of a sentence or title."""
    words, weights = [], []
    named: dict[int, str] = {}
    figures: dict[int, str] = {}
    end, opens = 0, True
    for at, match in enumerate(WORD.finditer(text)):
        start = match.start()
        between = text[end:start]
        opens = opens or (between != " " and not _OPENING_MARKS.isdisjoint(between))
        end = match.end()
        key, lower, weight, number, capital = _read_word(match.group())
        words.append(key)
        weights.append(weight)
        if number:
            if not (opens and lower == _ONE):
                figures[at] = lower
        elif capital and weight and (not opens or weight == 1.0):
            named[at] = lower
        opens = False
    return Reading(tuple(words), tuple(weights), frozenset(words), named, figures)


@lru_cache(maxsize=65_536)
def _read_word(word: str) -> tuple[str, str, float, bool, bool]:
    lower = fold(word)
    number = word[0].isdigit() or lower in _NUMBER_WORDS
    weight = 0.0 if lower in STOP_WORDS else word_weight(lower)
    return key_of(word), lower, weight, number, word[0].isupper()


@lru_cache(maxsize=16_384)
def pairs_of(words: tuple[str, ...], weights: tuple[float, ...]) -> frozenset[tuple[str, str]]:
    content = [word for word, weight in zip(words, weights, strict=True) if weight]
    return frozenset(pairwise(content))


def new_names(question: AskedQuestion, reading: Reading) -> dict[int, str]:
    """Position → name word, of those that the question does not hold."""
    return {at: w for at, w in reading.named.items() if reading.words[at] not in question.told}


def new_figures(question: AskedQuestion, reading: Reading) -> dict[int, str]:
    return {at: w for at, w in reading.figures.items() if reading.words[at] not in question.told}
