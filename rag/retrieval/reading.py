"""Found passages read for the answer: which of their sentences answer, and with which words."""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class SentenceRead:
    """One sentence of a found passage after reading.

    Attributes:
        rank: of its passage among those found, from 0.
        start, end: offsets in the article's text.
        before: the sentence before it in the passage, or "".
    """

    passage: FoundPassage
    rank: int
    start: int
    end: int
    text: str
    before: str
    reading: Reading

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
        question,
        [ReadSentence(text, before, passages[rank].title) for rank, _, _, text, before in chosen],
    )
    read = [
        SentenceRead(passages[rank], rank, start, end, text, before, reading)
        for (rank, start, end, text, before), reading in zip(chosen, readings, strict=True)
    ]
    return sorted(read, key=lambda sentence: -sentence.reading.logit)


_Place = tuple[int, int, int, str, str]


def _worth_reading(asked: Question, passages: Sequence[FoundPassage], most: int) -> list[_Place]:
    """(rank, start, end, text, before) of at most ``most`` sentences, in the order of passages."""
    total = asked.total_idf or 1.0
    scored: list[tuple[float, _Place]] = []
    seen: set[tuple[str, int]] = set()
    for rank, passage in enumerate(passages):
        place = 1 - rank / max(1, len(passages) - 1)
        title = covered_idf(asked, passage.title or "") / total
        before, before_share = "", 0.0
        for start, end in passage.sentences:
            text = passage.text[start - passage.start : end - passage.start]
            share = covered_idf(asked, text) / total
            if (passage.text_sha256, start) not in seen and not _states_nothing(text):
                seen.add((passage.text_sha256, start))
                score = share + _BEFORE * before_share + _TITLE * title + _PASSAGE * place
                scored.append((score, (rank, start, end, text, before)))
            before, before_share = text, share
    scored.sort(key=lambda item: -item[0])
    return sorted(place for _, place in scored[:most])


def _states_nothing(text: str) -> bool:
    """A question, a heading or a scrap."""
    last = text.rstrip("”\"'’) ")[-1:]
    finished = last in {".", "!", "…", "。", "！"}
    return last in {"?", "？"} or (not finished and len(text.split()) < _SHORT_SENTENCE_WORDS)
