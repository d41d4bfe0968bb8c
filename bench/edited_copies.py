"""Edited copies of articles, as papers make them of a wire story: cut, re-ordered, reworded, grown.

``rate`` is the share of the words that an edit touches. Numerals are never reworded.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from itertools import pairwise

_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“‘(]?[A-Z0-9])")
_WORD = re.compile(r"[^\W\d_]{2,}")
_SPELLINGS = [
    ("ization", "isation"), ("izing", "ising"), ("ized", "ised"), ("center", "centre"),
    ("defense", "defence"), ("color", "colour"), ("labor", "labour"), ("program ", "programme "),
    ("percent", "per cent"), ("U.S.", "US"), ("Sept. ", "September "), ("Oct. ", "October "),
    ("“", '"'), ("”", '"'), ("’", "'"), (" — ", " - "), ("—", " – "),
]  # fmt: skip

Paragraphs = list[list[str]]


class Editor:
    """Makes copies; the same seed and article give the same copy.

    Args:
        vocabulary: words to reword with, as often as the collection uses them.
        strangers: sentences of other articles, to grow copies with.
    """

    def __init__(self, vocabulary: Sequence[str], strangers: Sequence[str], seed: int) -> None:
        self._vocabulary = vocabulary
        self._strangers = strangers
        self._random = random.Random(seed)

    def copy(self, text: str, kind: str, rate: float) -> str:
        """``text`` edited; ``kind`` is a key of ``KINDS``."""
        paragraphs = [sentences_of(p) for p in text.split("\n\n")]
        edited = KINDS[kind](self, paragraphs, rate)
        return "\n\n".join(" ".join(sentences) for sentences in edited if sentences)

    def cut(self, paragraphs: Paragraphs, rate: float) -> Paragraphs:
        """Sentences dropped from anywhere."""
        places = [(p, s) for p, sentences in enumerate(paragraphs) for s in range(len(sentences))]
        self._random.shuffle(places)
        return self._without(paragraphs, places, rate)

    def cut_end(self, paragraphs: Paragraphs, rate: float) -> Paragraphs:
        """The last sentences dropped, as a desk does that needs the space."""
        places = [(p, s) for p, sentences in enumerate(paragraphs) for s in range(len(sentences))]
        return self._without(paragraphs, places[::-1], rate)

    def reorder(self, paragraphs: Paragraphs, rate: float) -> Paragraphs:
        """That share of the paragraphs moved to anywhere."""
        kept = list(paragraphs)
        moved = [
            kept.pop(self._random.randrange(len(kept))) for _ in range(round(len(kept) * rate))
        ]
        for paragraph in moved:
            kept.insert(self._random.randint(0, len(kept)), paragraph)
        return kept

    def reword(self, paragraphs: Paragraphs, rate: float) -> Paragraphs:
        """That share of all words replaced, dropped or joined by another; spelling and quotation
        marks of the other side of the Atlantic."""
        return [[self._reworded(s, rate) for s in sentences] for sentences in paragraphs]

    def rewrite(self, paragraphs: Paragraphs, rate: float) -> Paragraphs:
        """That share of the sentences put into wholly other words."""
        places = [(p, s) for p, sentences in enumerate(paragraphs) for s in range(len(sentences))]
        self._random.shuffle(places)
        budget = rate * _words(paragraphs)
        rewritten = [list(sentences) for sentences in paragraphs]
        for p, s in places:
            words = len(paragraphs[p][s].split())
            if words <= budget:
                rewritten[p][s] = self._stranger(words)
                budget -= words
        return rewritten

    def grow(self, paragraphs: Paragraphs, rate: float) -> Paragraphs:
        """Local paragraphs added, anywhere, until they are that share of the copy."""
        grown = list(paragraphs)
        budget = rate / (1 - rate) * _words(paragraphs)
        while (added := self._stranger(self._random.randint(8, 35))) and _words(
            [[added]]
        ) <= budget:
            grown.insert(self._random.randint(0, len(grown)), [added])
            budget -= _words([[added]])
        return grown

    def mix(self, paragraphs: Paragraphs, rate: float) -> Paragraphs:
        """The rate shared out at random among cutting, rewording and growing; re-ordered too."""
        first, second = sorted(self._random.uniform(0, rate) for _ in range(2))
        for edit, share in zip(
            (self.cut, self.grow, self.reword), (first, second - first, rate - second), strict=True
        ):
            paragraphs = edit(paragraphs, share)
        return self.reorder(paragraphs, rate)

    def _without(
        self, paragraphs: Paragraphs, places: Sequence[tuple[int, int]], rate: float
    ) -> Paragraphs:
        budget = rate * _words(paragraphs)
        dropped = set()
        for p, s in places:
            words = len(paragraphs[p][s].split())
            if words <= budget:
                dropped.add((p, s))
                budget -= words
        return [
            [text for s, text in enumerate(sentences) if (p, s) not in dropped]
            for p, sentences in enumerate(paragraphs)
        ]

    def _reworded(self, sentence: str, rate: float) -> str:
        def change(match: re.Match[str]) -> str:
            if self._random.random() >= rate:
                return match.group()
            choice = self._random.random()
            other = self._random.choice(self._vocabulary)
            if choice < 0.7:
                return other
            return "" if choice < 0.85 else f"{match.group()} {other}"

        for old, new in _SPELLINGS:
            sentence = sentence.replace(old, new)
        return _WORD.sub(change, sentence)

    def _stranger(self, words: int = 20) -> str:
        """A sentence of another article, of about so many words."""
        choices = self._random.choices(self._strangers, k=30)
        return min(choices, key=lambda sentence: abs(len(sentence.split()) - words))


KINDS: dict[str, Callable[[Editor, Paragraphs, float], Paragraphs]] = {
    "cut": Editor.cut,
    "cut at the end": Editor.cut_end,
    "re-ordered": Editor.reorder,
    "reworded": Editor.reword,
    "sentences rewritten": Editor.rewrite,
    "grown": Editor.grow,
    "mixed": Editor.mix,
}


def sentences_of(paragraph: str) -> list[str]:
    """Rough sentences, enough to cut by."""
    ends = [0, *(m.end() for m in _SENTENCE_END.finditer(paragraph)), len(paragraph)]
    return [paragraph[a:b].strip() for a, b in pairwise(ends) if paragraph[a:b].strip()]


def _words(paragraphs: Paragraphs) -> int:
    return sum(len(sentence.split()) for sentences in paragraphs for sentence in sentences)
