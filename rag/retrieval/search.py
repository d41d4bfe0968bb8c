"""``search``: a question's passages, best first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rag.filters import Filters
from rag.index.store import Index
from rag.retrieval.candidates import find_candidates
from rag.retrieval.features import Candidate, describe
from rag.retrieval.found import FoundPassage
from rag.retrieval.question import read_question
from rag.retrieval.ranking import load_ranking
from rag.retrieval.reading import read_passages
from rag.retrieval.reranking import RERANKED
from rag.retrieval.reranking import rerank as reranked
from rag.retrieval.windows import Window, grow

NO_FILTERS = Filters()
_MOST_OF_ONE = 3


def search(
    index: Index,
    question: str,
    *,
    k: int = 10,
    filters: Filters = NO_FILTERS,
    rerank: bool = True,
) -> list[FoundPassage]:
    """The ``k`` best passages for ``question``, best first; fewer where there are no more.

    Any text is a question: signs of a query language mean nothing.

    Args:
        rerank: read the first ``RERANKED`` for the answer, and order them by that too.

    Raises:
        UsageError: the question is empty, or the index was opened without an embedder.
        IndexStoreError: the word index is damaged.
    """
    if rerank:
        found = search(index, question, k=max(k, RERANKED), filters=filters, rerank=False)
        read = read_passages(index, question, found[:RERANKED])
        return [*reranked(found[:RERANKED], read), *found[RERANKED:]][:k]
    candidates = find_candidates(index, question, filters, at_least=k)
    asked = read_question(question, index.counts().passages, index.document_frequencies)
    scores = load_ranking().probabilities(describe(asked, candidates))
    order = _spread(candidates, scores.argsort(kind="stable")[::-1].tolist())[:k]
    windows = grow(index, asked, [candidates[row].passage for row in order])
    return [
        _found(window, float(scores[row]), candidates[row].similarity)
        for window, row in zip(windows, order, strict=True)
    ]


def _spread(candidates: Sequence[Candidate], order: Sequence[int]) -> list[int]:
    """``order`` with what an article, or an origin, has beyond ``_MOST_OF_ONE`` moved to the end:
    a list of ten is to hold other reports too."""
    seen: Counter[str] = Counter()
    first: list[int] = []
    last: list[int] = []
    for row in order:
        passage = candidates[row].passage
        group = passage.origin or passage.article_id
        seen[group] += 1
        (first if seen[group] <= _MOST_OF_ONE else last).append(row)
    return first + last


def _found(window: Window, score: float, similarity: float) -> FoundPassage:
    passage = window.passage
    return FoundPassage(
        passage_id=passage.passage_id,
        article_id=passage.article_id,
        source=passage.source,
        title=passage.title,
        outlet=passage.outlet,
        published=passage.published,
        url=passage.url,
        origin=passage.origin,
        text_sha256=passage.text_sha256,
        text=window.text,
        start=window.start,
        end=window.end,
        sentences=window.sentences,
        score=score,
        similarity=similarity,
        language=passage.language,
    )
