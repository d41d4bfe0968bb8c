"""Found passages put in order anew by what reading their sentences shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from rag.fitted import read_fitted
from rag.retrieval.found import FoundPassage
from rag.retrieval.reading import SentenceRead, log_odds

# Passages that are read; what lies further down is seldom better.
RERANKED = 30
_WEIGHTS_FILE = "reranking.json"


@dataclass(frozen=True, slots=True)
class Weights:
    """``found * log-odds of the first ranking + read * logit of the best sentence + bias``, the
    log-odds that a passage holds the answer; ``unread``: the logit of a passage none of whose
    sentences was read."""

    found: float
    read: float
    bias: float
    unread: float


def rerank(passages: Sequence[FoundPassage], read: Sequence[SentenceRead]) -> list[FoundPassage]:
    """``passages`` with new scores, best first.

    Args:
        read: their sentences, as ``read_passages`` gives them.
    """
    weights = load_weights()
    best: dict[int, float] = {}
    for sentence in read:
        logit = sentence.reading.logit
        best[sentence.rank] = max(best.get(sentence.rank, logit), logit)
    scored = [
        replace(
            passage,
            score=_probability(
                weights.found * log_odds(passage.score)
                + weights.read * best.get(rank, weights.unread)
                + weights.bias
            ),
        )
        for rank, passage in enumerate(passages)
    ]
    return sorted(scored, key=lambda passage: -passage.score)


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


@cache
def load_weights() -> Weights:
    """Those that are installed.

    Raises:
        ConfigurationError: the file is missing or damaged.
    """
    return read_fitted("rag.retrieval", _WEIGHTS_FILE, "weights", Weights)
