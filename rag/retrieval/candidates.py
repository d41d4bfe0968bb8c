"""Question → the passages worth ranking, from word search and vector search."""

from __future__ import annotations

import numpy as np

from rag.embeddings import Embedder
from rag.errors import UsageError
from rag.filters import Filters
from rag.index.store import Index
from rag.retrieval.features import Candidate
from rag.retrieval.question import MAX_CHARACTERS

# On training questions left out, 100 from each hold an answer for 98 of 100 that have one; of
# these, ranking the 32 best by both scores finds as much in the first ten as ranking 64.
PER_SEARCH = 100
RANKED = 32


def find_candidates(
    index: Index, question: str, filters: Filters, *, at_least: int = RANKED
) -> list[Candidate]:
    """Passages that either search finds, each with both scores: the best by their sum.

    Args:
        at_least: how many are given back, where there are as many; never fewer than ``RANKED``.

    Raises:
        UsageError: the question is empty, or the index was opened without an embedder.
    """
    if not question.strip():
        raise UsageError("the question is empty")
    vector = _embedder(index).embed([question[:MAX_CHARACTERS]])[0]
    searched = max(PER_SEARCH, at_least)
    words = dict(index.search_words(question, searched, filters))
    similar = dict(index.search_vectors(vector, searched, filters))
    unscored = [passage_id for passage_id in words if passage_id not in similar]
    similar |= dict(zip(unscored, (index.vectors(unscored) @ vector).tolist(), strict=True))
    highest = max(words.values(), default=0.0) or 1.0
    best = sorted(similar, key=lambda p: -(words.get(p, 0.0) / highest + similar[p]))
    return [
        Candidate(
            passage,
            words.get(passage.passage_id, 0.0),
            float(np.clip(similar[passage.passage_id], -1, 1)),
        )
        for passage in index.passages(best[: max(RANKED, at_least)])
    ]


def _embedder(index: Index) -> Embedder:
    if index.embedder is None:
        raise UsageError("searching needs the index's embedder: give one to Index.open")
    return index.embedder
