"""Found passages read for the answer: which of their sentences answer, and with which words."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.index.store import Index
from rag.reader import Reader, Reading, ReadSentence, default_reader
from rag.retrieval.found import FoundPassage
from rag.retrieval.matching import covered_idf
from rag.retrieval.question import Question, read_question

# Reading takes some milliseconds a sentence, so that not all are read: those that share words with
# the question, or stand in a good passage.
MOST_READ = 40
# What the words of the sentence before and of the title count beside its own.
_BEFORE = 0.4
_TITLE = 0.3
# How much a passage's place in the list counts: that of the best of 30 beside the last.
_PASSAGE = 0.6
_SHORT_SENTENCE_WORDS = 5
_MARKER = re.compile(r"\s*\[\d+\]")
# What counts beside the reader's logit when sentences are put in order: the log-odds of their
# passage, and the share of the question's words, by weight, that stand in the sentence, in the one
# before and in the title. From a grid, on the articles kept for calibration and the even questions
# of newsqa-dev.
_ORDER_PASSAGE = 0.5
_ORDER_WORDS = 1.5
_ORDER_AROUND = 0.5


@dataclass(frozen=True, slots=True)
class SentenceRead:
    """One sentence of a found passage after reading.

    Attributes:
        rank: of its passage among those found, from 0.
        start, end: offsets in the article's text.
        before: the sentence before it in the passage, or "".
        bonus: how far words and passage speak for the sentence, in log-odds.
    """

    passage: FoundPassage
    rank: int
    start: int
    end: int
    text: str
    before: str
    reading: Reading
    bonus: float

    @property
    def score(self) -> float:
        """By which sentences are put in order; whether one answers at all is what
        ``reading.probability`` tells."""
        return self.reading.logit + self.bonus

    @property
    def answer(self) -> str:
        """The words that answer best."""
        return self.text[self.reading.start : self.reading.end]


def read_passages(
    index: Index,
    question: str,
    passages: Sequence[FoundPassage],
    *,
    most: int = MOST_READ,
    reader: Reader | None = None,
) -> list[SentenceRead]:
    """The sentences of ``passages`` that are worth it, read, the likeliest to answer first.

    Args:
        most: sentences that are read.

    Raises:
        ConfigurationError: the reader's files are missing or damaged.
    """
    asked = read_question(question, index.counts().passages, index.document_frequencies)
    chosen = _worth_reading(asked, passages, most)
    readings = (reader or default_reader()).read(
        question, [ReadSentence(p.text, p.before, passages[p.rank].title) for p in chosen]
    )
    read = [
        SentenceRead(
            passage=passages[place.rank],
            rank=place.rank,
            start=place.start,
            end=place.end,
            text=place.text,
            before=place.before,
            reading=reading,
            bonus=place.bonus,
        )
        for place, reading in zip(chosen, readings, strict=True)
    ]
    return sorted(read, key=lambda sentence: -sentence.score)


@dataclass(frozen=True, slots=True)
class _Place:
    """A sentence of a passage, and what words and passage add to its logit."""

    rank: int
    start: int
    end: int
    text: str
    before: str
    bonus: float


def _worth_reading(asked: Question, passages: Sequence[FoundPassage], most: int) -> list[_Place]:
    """At most ``most`` sentences, in the order of passages."""
    total = asked.total_idf or 1.0
    scored: list[tuple[float, _Place]] = []
    seen: set[tuple[str, int]] = set()
    for rank, passage in enumerate(passages):
        standing = 1 - rank / max(1, len(passages) - 1)
        title = covered_idf(asked, passage.title or "") / total
        before, before_share = "", 0.0
        for start, end in passage.sentences:
            text = passage.text[start - passage.start : end - passage.start]
            share = covered_idf(asked, text) / total
            if (passage.text_sha256, start) not in seen and not _states_nothing(text):
                seen.add((passage.text_sha256, start))
                bonus = (
                    _ORDER_PASSAGE * log_odds(passage.score)
                    + _ORDER_WORDS * share
                    + _ORDER_AROUND * (before_share + title)
                )
                worth = share + _BEFORE * before_share + _TITLE * title + _PASSAGE * standing
                scored.append((worth, _Place(rank, start, end, text, before, bonus)))
            before, before_share = text, share
    scored.sort(key=lambda item: -item[0])
    return sorted((p for _, p in scored[:most]), key=lambda p: (p.rank, p.start))


def log_odds(probability: float) -> float:
    """Of a probability, kept away from 0 and 1."""
    kept = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))


def _states_nothing(text: str) -> bool:
    """A question, a heading or a scrap; or a text that would pass for a citation of ours."""
    if _MARKER.match(text):
        return True
    last = text.rstrip("”\"'’) ")[-1:]
    finished = last in {".", "!", "…", "。", "！"}
    return last in {"?", "？"} or (not finished and len(text.split()) < _SHORT_SENTENCE_WORDS)
