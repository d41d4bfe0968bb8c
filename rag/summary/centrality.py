"""Which sentences say what the reports have in common, and which repeat each other.

Centrality is continuous LexRank (Erkan & Radev, "LexRank: Graph-based lexical centrality as
salience in text summarization", JAIR 2004): the stationary distribution of a walk over sentences by
their tf–idf cosine. As in biased LexRank (Otterbacher, Erkan & Radev, 2009) the walk jumps back to
preferred sentences, here those that stand first in a report. Words of a topic that was asked for
count besides, the rarer the more.
Redundancy is removed by maximal marginal relevance (Carbonell & Goldstein, SIGIR 1998).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.claims.words import content_stems
from rag.summary.material import SourceSentence

METHOD = (
    "sentences by continuous LexRank over tf-idf (Erkan & Radev 2004), redundancy removed by "
    "maximal marginal relevance (Carbonell & Goldstein 1998)"
)
MAX_SENTENCES = 1500
_DAMPING = 0.85
_STEPS = 60
_TOLERANCE = 1e-6
_MMR_RELEVANCE = 0.6
_MOST_SIMILAR = 0.35
_OPENING_SENTENCES = 3
# Two sentences that give one figure tell the same news, whatever else is in them.
_SAME_NUMBER = 0.3
_TOPIC_WEIGHT = 2.0
_LEAST_NUMBER = 10

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Ranked:
    """Sentences with what a choice among them needs.

    Attributes:
        scores: (n,) centrality, 0 to 1, and what the topic asked for adds.
        similarity: (n, n) cosine of tf–idf vectors, more for those that give the same number.
    """

    sentences: tuple[SourceSentence, ...]
    scores: Matrix
    similarity: Matrix

    def score_of(self, sentence: SourceSentence) -> float:
        """0 for a sentence that was not ranked."""
        try:
            return float(self.scores[self.sentences.index(sentence)])
        except ValueError:
            return 0.0


def rank_by_centrality(sentences: Sequence[SourceSentence], about: str | None = None) -> Ranked:
    """``sentences`` with their centrality; beyond ``MAX_SENTENCES`` the last of each article are
    not ranked."""
    kept = _first_of_each(sentences)
    if not kept:
        empty = np.zeros((0, 0), np.float32)
        return Ranked((), np.zeros(0, np.float32), empty)
    vectors = _tf_idf([tuple(s.reading.stems) for s in kept])
    cosine = np.asarray(vectors @ vectors.T, np.float32)
    prior = np.array([_opening(s) for s in kept], np.float32)
    scores = _lexrank(cosine, prior)
    if about is not None:
        scores = scores + _TOPIC_WEIGHT * _on_topic(kept, about)
    return Ranked(tuple(kept), scores, cosine + _SAME_NUMBER * _share_a_number(kept))


def choose_central(
    ranked: Ranked,
    rows: Sequence[int],
    count: int,
    *,
    already: Sequence[int] = (),
    preferred: Mapping[int, float] | None = None,
) -> list[int]:
    """At most ``count`` of ``rows`` by maximal marginal relevance, best first.

    Args:
        already: rows that are shown; like one chosen, they rule out what repeats them.
        preferred: what to add to the centrality of some rows.
    """
    wanted = preferred or {}
    chosen: list[int] = []
    left = list(rows)
    while left and len(chosen) < count:
        nearest = {
            row: max(
                (float(ranked.similarity[row, other]) for other in (*already, *chosen)), default=0.0
            )
            for row in left
        }
        left = [row for row in left if nearest[row] <= _MOST_SIMILAR]
        if not left:
            break
        best = max(
            left,
            key=lambda row: (
                _MMR_RELEVANCE * (float(ranked.scores[row]) + wanted.get(row, 0.0))
                - (1 - _MMR_RELEVANCE) * nearest[row],
                -row,
            ),
        )
        chosen.append(best)
        left.remove(best)
    return chosen


def _first_of_each(sentences: Sequence[SourceSentence]) -> list[SourceSentence]:
    if len(sentences) <= MAX_SENTENCES:
        return list(sentences)
    by_position = sorted(sentences, key=lambda s: (s.position, s.ordinal))
    return sorted(by_position[:MAX_SENTENCES], key=lambda s: s.ordinal)


def _opening(sentence: SourceSentence) -> float:
    """How much the walk prefers a sentence: a report tells the main thing first."""
    return 1.0 if sentence.position < _OPENING_SENTENCES else 1.0 / (1 + sentence.position)


def _on_topic(sentences: Sequence[SourceSentence], about: str) -> Matrix:
    """(n,): how much of the topic each sentence has, 0 to 1; words that all sentences have say
    nothing."""
    wanted = set(content_stems(about))
    held = [wanted & s.reading.stems.keys() for s in sentences]
    frequency = Counter(term for terms in held for term in terms)
    size = len(sentences) + 1
    weights = {term: math.log(size / frequency[term]) / math.log(size) for term in frequency}
    return np.array(
        [sum(weights[t] for t in terms) / max(1, len(wanted)) for terms in held], np.float32
    )


def _tf_idf(documents: Sequence[Sequence[str]]) -> Matrix:
    """(documents, terms), rows of length 1."""
    frequency = Counter(term for terms in documents for term in set(terms))
    columns = {term: at for at, term in enumerate(frequency)}
    rows = np.zeros((len(documents), max(1, len(columns))), np.float32)
    for row, terms in zip(rows, documents, strict=True):
        for term in terms:
            row[columns[term]] += math.log((len(documents) + 1) / frequency[term])
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-9), np.float32)


def _share_a_number(sentences: Sequence[SourceSentence]) -> Matrix:
    """(n, n): 1 where both sentences give the same number."""
    values = [
        {q.base for q in s.reading.quantities if q.kind == "count" and q.high >= _LEAST_NUMBER}
        for s in sentences
    ]
    columns = {value: at for at, value in enumerate(sorted(set().union(*values)))}
    rows = np.zeros((len(values), max(1, len(columns))), np.float32)
    for row, given in zip(rows, values, strict=True):
        for value in given:
            row[columns[value]] = 1.0
    return np.asarray(rows @ rows.T > 0, np.float32)


def _lexrank(similarity: Matrix, prior: Matrix) -> Matrix:
    """The stationary distribution by power iteration, scaled so that its highest value is 1."""
    walk = similarity / np.maximum(similarity.sum(axis=1, keepdims=True), 1e-9)
    start = prior / prior.sum()
    scores = np.full(len(prior), 1 / len(prior), np.float32)
    for _ in range(_STEPS):
        following = (1 - _DAMPING) * start + _DAMPING * (scores @ walk)
        settled = float(np.abs(following - scores).sum()) < _TOLERANCE
        scores = following
        if settled:
            break
    return np.asarray(scores / max(float(scores.max()), 1e-9), np.float32)
