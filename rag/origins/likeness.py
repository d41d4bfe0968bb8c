"""How much of one article stands in another: sentences aligned by the words that they share.

A shared run of words says little by itself: independent reports quote one official, and articles
of one outlet repeat its background paragraphs. What tells a copy is that most of its sentences
have a sentence of their own in the other article, its opening among them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.origins.words import Hashes, shingles, word_hashes, words_of

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’')\]]*\s+|\n+")
# Shorter pieces ("Mr.", "He said no.") say nothing alone: they go with the next one.
_MIN_SENTENCE_WORDS = 6
# Word overlap from which two sentences count as one; measured in bench/origins.py.
MIN_SIMILARITY = 0.4
# The opening: so many words, or in a long text that share of it. Pages of one outlet that end in
# the same long list of other stories share all but what they open with.
_LEAD_WORDS = 60
_LEAD_SHARE = 0.15
_STOPS = (".", "!", "?", "…")
_LIST_WEIGHT = 0.1
_ODD = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Profile:
    """What is compared of a text.

    Attributes:
        weights: words of each sentence (those of a list count less), shape ``(sentences,)``.
        features: hashes of words and word pairs, each once a sentence, smallest first, shape
            ``(features,)``.
        owners: number of the sentence of each feature.
        sizes: number of features of each sentence.
        numbers: numerals of each sentence.
        words: how many words the text has.
    """

    weights: NDArray[np.float32]
    features: Hashes
    owners: NDArray[np.intp]
    sizes: NDArray[np.float32]
    numbers: tuple[frozenset[str], ...]
    words: int


@dataclass(frozen=True, slots=True)
class Likeness:
    """How far two texts are the same; ``shorter`` to ``longer_lead`` are shares of words.

    Attributes:
        shorter, longer: of the shorter (longer) text, in sentences that the other one has too.
        lead: of the opening of one text, in sentences that the other one has too; the larger of
            both directions.
        longer_lead: of the opening of the longer text, in sentences that the shorter one has.
        ratio: words of the shorter text over words of the longer one.
        numbers: share of the numerals in such sentences that both have; None when there are few.
        closeness: of the words and word pairs of the shorter text's sentences, the share that
            stands in the sentence most like each.
    """

    shorter: float
    longer: float
    lead: float
    longer_lead: float
    ratio: float
    numbers: float | None
    closeness: float


def profile(text: str) -> Profile:
    sentences, weights = _sentences(text)
    lengths = np.array([len(words) for words in sentences], np.intp)
    hashes = word_hashes([word for words in sentences for word in words])
    owners = np.repeat(np.arange(len(sentences)), lengths)
    inside = owners[1:] == owners[:-1]
    features = np.concatenate([hashes, shingles(hashes, 2)[inside]])
    owners = np.concatenate([owners, owners[1:][inside]])
    _, once = np.unique(features * _ODD + owners.astype(np.uint64), return_index=True)
    once = once[np.argsort(features[once], kind="stable")]
    owners = owners[once]
    return Profile(
        np.array(weights, np.float32),
        features[once],
        owners,
        np.bincount(owners, minlength=len(sentences)).astype(np.float32),
        tuple(frozenset(w for w in words if w[0].isdigit()) for words in sentences),
        len(hashes),
    )


def likeness(one: Profile, other: Profile) -> Likeness:
    """Compare two texts; the same whichever comes first."""
    short, long = sorted((one, other), key=lambda p: (p.words, p.features.sum()))
    similarity = _similarities(short, long)
    short_found = similarity.max(1, initial=0.0) >= MIN_SIMILARITY
    long_found = similarity.max(0, initial=0.0) >= MIN_SIMILARITY
    long_lead = _lead_share(long, long_found)
    return Likeness(
        shorter=_share(short.weights, short_found),
        longer=_share(long.weights, long_found),
        lead=max(_lead_share(short, short_found), long_lead),
        longer_lead=long_lead,
        ratio=short.words / max(1, long.words),
        numbers=_number_agreement(short, long, similarity),
        closeness=float(similarity.max(1, initial=0.0) @ short.weights)
        / max(1.0, float(short.weights.sum())),
    )


def _similarities(short: Profile, long: Profile) -> NDArray[np.float32]:
    """Shared words and word pairs over those of the longer sentence, of which at most half again
    as many are counted: a sentence may have been joined to another one. Shape
    ``(sentences of short, sentences of long)``."""
    first = np.searchsorted(long.features, short.features, "left")
    count = np.searchsorted(long.features, short.features, "right") - first
    rows = np.repeat(short.owners, count)
    steps = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    columns = long.owners[np.repeat(first, count) + steps]
    shape = len(short.sizes), len(long.sizes)
    cells = np.bincount(rows * shape[1] + columns, minlength=shape[0] * shape[1])
    sizes_short, sizes_long = short.sizes[:, None], long.sizes[None, :]
    smaller = np.minimum(sizes_short, sizes_long)
    larger = np.maximum(sizes_short, sizes_long)
    return np.asarray(cells.reshape(shape) / np.minimum(larger, 1.5 * smaller), np.float32)


def _share(weights: NDArray[np.float32], found: NDArray[np.bool_]) -> float:
    return float(weights[found].sum() / max(1.0, weights.sum()))


def _lead_share(profile: Profile, found: NDArray[np.bool_]) -> float:
    before = np.cumsum(profile.weights) - profile.weights
    lead = before < max(_LEAD_WORDS, _LEAD_SHARE * profile.weights.sum())
    return _share(profile.weights[lead], found[lead])


def _number_agreement(
    short: Profile, long: Profile, similarity: NDArray[np.float32]
) -> float | None:
    stated = agreed = 0
    if not similarity.size:
        return None
    best = similarity.argmax(1)
    for place, match in enumerate(best.tolist()):
        if similarity[place, match] >= MIN_SIMILARITY and short.numbers[place]:
            stated += len(short.numbers[place] | long.numbers[match])
            agreed += len(short.numbers[place] & long.numbers[match])
    return agreed / stated if stated >= 6 else None


def _sentences(text: str) -> tuple[list[list[str]], list[float]]:
    """Words of each sentence, and how many they count for: lines of lists count little, because
    a list of nominees is the same whoever prints it."""
    sentences: list[list[str]] = []
    weights: list[float] = []
    waiting: list[str] = []
    start = 0
    for end in [*_SENTENCE_END.finditer(text), None]:
        piece = text[start : end.start() if end else len(text)]
        stopped = piece.endswith(_STOPS)
        waiting = waiting + words_of(piece)
        if len(waiting) >= _MIN_SENTENCE_WORDS or (end is None and waiting):
            sentences.append(waiting)
            weights.append(len(waiting) * (1.0 if stopped else _LIST_WEIGHT))
            waiting = []
        start = end.end() if end else start
    return sentences, weights
