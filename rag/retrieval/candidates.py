"""Question → the passages worth ranking, from word search and vector search."""

from __future__ import annotations

import numpy as np

from rag.embeddings import Embedder
from rag.errors import UsageError
from rag.filters import Filters
from rag.index.store import Index
from rag.retrieval.features import Candidate
from rag.retrieval.question import MAX_CHARACTERS

# On held-out training questions, 100 from each hold an answer for 98 of 100 that have one.
PER_SEARCH = 100
RANKED = 64


def find_candidates(index: Index, question: str, filters: Filters) -> list[Candidate]:
    """Passages that either search finds, each with both scores: the ``RANKED`` best by their sum.

    Raises:
        UsageError: the question is empty, or the index was opened without an embedder.
    """
    if not question.strip():
        raise UsageError("the question is empty")
    vector = _embedder(index).embed([question[:MAX_CHARACTERS]])[0]
    words = dict(index.search_words(question, PER_SEARCH, filters))
    similar = dict(index.search_vectors(vector, PER_SEARCH, filters))
    passages = index.passages(list(words | similar))
    unscored = [p.passage_id for p in passages if p.passage_id not in similar]
    similar |= dict(zip(unscored, (index.vectors(unscored) @ vector).tolist(), strict=True))
    found = [
        Candidate(p, words.get(p.passage_id, 0.0), float(np.clip(similar[p.passage_id], -1, 1)))
        for p in passages
    ]
    highest = max((candidate.words for candidate in found), default=0.0) or 1.0
    found.sort(key=lambda candidate: -(candidate.words / highest + candidate.similarity))
    return found[:RANKED]


def _embedder(index: Index) -> Embedder:
    if index.embedder is None:
        raise UsageError("searching needs the index's embedder: give one to Index.open")
    return index.embedder
