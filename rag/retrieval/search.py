"""``search``: a question's passages, best first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.filters import Filters
from rag.index.store import Index
from rag.retrieval.candidates import find_candidates
from rag.retrieval.features import Candidate

NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """Whole sentences of one article, and how likely they hold the answer.

    Attributes:
        passage_id: the indexed passage that was found.
        text: ``article.text[start:end]``, at most 1,000 characters, of the article text with
            hash ``text_sha256``.
        sentences: their spans, offsets in the article's text.
        score: between 0 and 1.
        similarity: cosine of the indexed passage's vector and the question's.
    """

    passage_id: int
    article_id: str
    source: str
    title: str | None
    outlet: str | None
    published: str | None
    url: str | None
    origin: str | None
    text_sha256: str
    text: str
    start: int
    end: int
    sentences: tuple[tuple[int, int], ...]
    score: float
    similarity: float


def search(
    index: Index, question: str, *, k: int = 10, filters: Filters = NO_FILTERS
) -> list[FoundPassage]:
    """The ``k`` best passages for ``question``, best first; fewer where there are no more.

    Any text is a question: signs of a query language mean nothing.

    Raises:
        UsageError: the question is empty, or the index was opened without an embedder.
        IndexStoreError: the word index is damaged.
    """
    candidates = find_candidates(index, question, filters)
    scores = _scores(candidates)
    order = sorted(range(len(candidates)), key=lambda row: -scores[row])
    return [_found(candidates[row], scores[row]) for row in order[:k]]


def _scores(candidates: Sequence[Candidate]) -> list[float]:
    highest = max((c.words for c in candidates), default=0.0) or 1.0
    return [min(1.0, max(0.0, (c.words / highest + c.similarity) / 2)) for c in candidates]


def _found(candidate: Candidate, score: float) -> FoundPassage:
    p = candidate.passage
    return FoundPassage(
        p.passage_id,
        p.article_id,
        p.source,
        p.title,
        p.outlet,
        p.published,
        p.url,
        p.origin,
        p.text_sha256,
        p.text,
        p.start,
        p.end,
        p.sentences,
        score,
        candidate.similarity,
    )
