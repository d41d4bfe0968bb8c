"""Where a question's terms stand in a passage, and how close together."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag.index.records import StoredPassage
from rag.retrieval.question import Question, Term, folded, stem_of

# BM25 over the text alone (tantivy's is over title and text).
_K1 = 1.2
_B = 0.6
_USUAL_CHARACTERS = 870.0
# Terms this near to each other are about one thing.
_NEAR_CHARACTERS = 160
_ADJACENT_CHARACTERS = 12

_WORD_AT = re.compile(r"\d+(?:[.,]\d+)*|[^\W_]+")


@dataclass(frozen=True, slots=True)
class Matches:
    """Where a question's terms stand in a text: ``(character offset, index of the term)``."""

    hits: list[tuple[int, int]]
    counts: dict[int, int]

    def coverage(self, terms: Sequence[Term]) -> float:
        return sum(terms[at].idf for at in self.counts)


def covered_idf(question: Question, text: str) -> float:
    """Sum of idf of the question's terms that stand in ``text``."""
    return find_matches(question.terms, folded(text)).coverage(question.terms)


def find_matches(terms: Sequence[Term], text: str) -> Matches:
    hits = []
    counts: dict[int, int] = {}
    for index, term in enumerate(terms):
        for needle in term.needles:
            at = text.find(needle)
            while at >= 0:
                if (at == 0 or not text[at - 1].isalnum()) and _is_term(term, text, at):
                    hits.append((at, index))
                    counts[index] = counts.get(index, 0) + 1
                at = text.find(needle, at + len(needle))
    hits.sort()
    return Matches(hits, counts)


def _is_term(term: Term, text: str, at: int) -> bool:
    word = _WORD_AT.match(text, at)
    if word is None:
        return False
    found = word.group()
    return found == term.stem or found in term.needles or stem_of(found) == term.stem


def bm25(terms: Sequence[Term], matched: Matches, characters: int) -> float:
    norm = _K1 * (1 - _B + _B * characters / _USUAL_CHARACTERS)
    return sum(
        terms[at].idf * count * (_K1 + 1) / (count + norm) for at, count in matched.counts.items()
    )


def best_window(terms: Sequence[Term], matched: Matches) -> float:
    """The highest sum of distinct terms' idf within ``_NEAR_CHARACTERS``."""
    best = 0.0
    inside: Counter[int] = Counter()
    weight = 0.0
    first = 0
    for at, index in matched.hits:
        if not inside[index]:
            weight += terms[index].idf
        inside[index] += 1
        while at - matched.hits[first][0] > _NEAR_CHARACTERS:
            dropped = matched.hits[first][1]
            inside[dropped] -= 1
            if not inside[dropped]:
                weight -= terms[dropped].idf
            first += 1
        best = max(best, weight)
    return best


def best_sentences(
    terms: Sequence[Term], matched: Matches, passage: StoredPassage
) -> tuple[float, float]:
    """Highest sum of distinct terms' idf in one sentence, and in two that follow each other."""
    by_sentence: list[set[int]] = [set() for _ in passage.sentences]
    at = 0
    for offset, index in matched.hits:
        while at + 1 < len(by_sentence) and passage.sentences[at][1] <= passage.start + offset:
            at += 1
        by_sentence[at].add(index)
    one = max((sum(terms[i].idf for i in found) for found in by_sentence), default=0.0)
    two = max(
        (sum(terms[i].idf for i in a | b) for a, b in itertools.pairwise(by_sentence)),
        default=0.0,
    )
    return one, max(one, two)


def adjacent_pairs(terms: Sequence[Term], matched: Matches) -> float:
    """Sum of idf of the question's neighbouring terms that are neighbours in the text too."""
    found: set[int] = set()
    for (at, index), (next_at, next_index) in itertools.pairwise(matched.hits):
        if next_index == index + 1 and next_at - at <= (
            len(terms[index].stem) + _ADJACENT_CHARACTERS
        ):
            found.add(index)
    return sum(min(terms[at].idf, terms[at + 1].idf) for at in found)
