"""Articles → events: single-pass clustering by meaning, names and date, then one reassignment.

The method of topic detection and tracking (Yang, Pierce & Carbonell, "A study on retrospective and
on-line event detection", SIGIR 1998): articles in the order of their dates, each joins the event
whose centroid is most like it, or begins one. An article is its embedding beside a tf–idf vector
of its proper names, since two floods are told in the same words but not of the same places.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from rag.claims.dates import day_of
from rag.claims.names import country_of, find_names
from rag.index import ArticleRecord, Index
from rag.summary.brief import Progress

# Chosen on articles of one week of news: the six events of the sample articles come out whole.
MIN_LIKENESS = 0.38
_MEANING = 0.6
_NAME_DIMENSIONS = 1024
_NAME_CHARACTERS = 6000
_FAR_DAYS = 180
_FAR_PENALTY = 0.25
_TITLE_WEIGHT = 3

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Event:
    """Articles on one event, by id, and how well they hold together (0 to 1)."""

    articles: tuple[ArticleRecord, ...]
    cohesion: float

    @property
    def origins(self) -> int:
        return len({record.origin or record.article_id for record in self.articles})


class _Cluster:
    def __init__(self, size: int) -> None:
        self.total: Vector = np.zeros(size, np.float32)
        self.rows: list[int] = []
        self.days: list[date] = []


def cluster_events(
    index: Index, records: Sequence[ArticleRecord], progress: Progress | None = None
) -> list[Event]:
    """``records`` by the event that they tell of; the one with the most origins first."""
    if not records:
        return []
    vectors = _vectors(index, records, progress)
    days = [day_of(record.published) for record in records]
    order = sorted(range(len(records)), key=lambda row: (days[row] or date.max, row))
    clusters: list[_Cluster] = []
    for row in order:
        _join(clusters, row, vectors[row], days[row])
    clusters = _reassigned(clusters, order, vectors, days)
    events = [_event(cluster, records, vectors) for cluster in clusters if cluster.rows]
    return sorted(events, key=lambda e: (-e.origins, -len(e.articles), e.articles[0].article_id))


def _join(clusters: list[_Cluster], row: int, vector: Vector, day: date | None) -> None:
    best = _best(clusters, vector, day)
    if best is None:
        best = _Cluster(len(vector))
        clusters.append(best)
    _add(best, row, vector, day)


def _add(cluster: _Cluster, row: int, vector: Vector, day: date | None) -> None:
    cluster.total += vector
    cluster.rows.append(row)
    if day is not None:
        cluster.days.append(day)


def _best(clusters: Sequence[_Cluster], vector: Vector, day: date | None) -> _Cluster | None:
    """The cluster most like an article, None when none is like enough."""
    scored = [
        (_likeness(cluster, vector, day), -number)
        for number, cluster in enumerate(clusters)
        if cluster.rows
    ]
    likeness, number = max(scored, default=(0.0, 0))
    return clusters[-number] if scored and likeness >= MIN_LIKENESS else None


def _likeness(cluster: _Cluster, vector: Vector, day: date | None) -> float:
    """Mean similarity to the articles of a cluster, less for one of another time."""
    mean = float(cluster.total @ vector) / len(cluster.rows)
    if day is None or not cluster.days:
        return mean
    apart = min(abs((day - other).days) for other in (min(cluster.days), max(cluster.days)))
    return mean * (1 - _FAR_PENALTY * min(apart, _FAR_DAYS) / _FAR_DAYS)


def _reassigned(
    clusters: Sequence[_Cluster],
    order: Sequence[int],
    vectors: Vector,
    days: Sequence[date | None],
) -> list[_Cluster]:
    """Every article once more to the event that is most like it, now that all are known."""
    again = [_Cluster(vectors.shape[1]) for _ in clusters]
    for row in order:
        scored = []
        for number, cluster in enumerate(clusters):
            if cluster.rows == [row]:
                scored.append((MIN_LIKENESS, number))  # alone it stays, unless one is more like it
                continue
            own = row in cluster.rows
            if own:
                cluster.total -= vectors[row]
                cluster.rows.remove(row)
            scored.append((_likeness(cluster, vectors[row], days[row]), number))
            if own:
                cluster.total += vectors[row]
                cluster.rows.append(row)
        _, number = max(scored, key=lambda item: (item[0], -item[1]))
        _add(again[number], row, vectors[row], days[row])
    return again


def _event(cluster: _Cluster, records: Sequence[ArticleRecord], vectors: Vector) -> Event:
    rows = sorted(cluster.rows)
    held = vectors[rows]
    cohesion = float((held @ held.T).mean()) if rows else 0.0
    return Event(tuple(records[row] for row in rows), cohesion)


def _vectors(index: Index, records: Sequence[ArticleRecord], progress: Progress | None) -> Vector:
    """Meaning beside names, each part of length 1 times its weight: (articles, dimensions)."""
    meanings: list[Vector] = []
    names: list[Counter[str]] = []
    for done, record in enumerate(records, start=1):
        passages = index.article_passages(record.article_id)
        found = index.vectors([p.passage_id for p in passages])
        # What stands first is what the report is about.
        weights = 1 / np.sqrt(1 + np.arange(len(passages), dtype=np.float32))
        meanings.append((found * weights[:, None]).sum(axis=0))
        text = index.text(record.text_sha256)[:_NAME_CHARACTERS]
        names.append(_names(record.title or "", text))
        if progress is not None:
            progress("reading", done, len(records))
    left = _unit(np.array(meanings, np.float32)) * math.sqrt(_MEANING)
    right = _unit(_hashed(names)) * math.sqrt(1 - _MEANING)
    return np.hstack([left, right]).astype(np.float32)


def _names(title: str, text: str) -> Counter[str]:
    """Words of proper names; a country says where, whatever word names it."""
    counts: Counter[str] = Counter()
    for weight, part in ((_TITLE_WEIGHT, title), (1, text)):
        for line in part.split("\n"):
            for name in find_names(line):
                if name.certain:
                    for word in name.parts:
                        counts[country_of(word) or word] += weight
    return counts


def _hashed(names: Sequence[Counter[str]]) -> Vector:
    """tf–idf of name words, hashed to a fixed width with signs so that collisions cancel."""
    frequency = Counter(word for counts in names for word in counts)
    rows = np.zeros((len(names), _NAME_DIMENSIONS), np.float32)
    # In a small collection on one event each name would be common: idf as in a larger one.
    size = max(len(names), 50)
    for row, counts in zip(rows, names, strict=True):
        for word, count in counts.items():
            digest = zlib.crc32(word.encode())
            sign = 1.0 if digest & 1 else -1.0
            idf = math.log((size + 1) / frequency[word])
            row[(digest >> 1) % _NAME_DIMENSIONS] += sign * (1 + math.log(count)) * max(idf, 0.1)
    return rows


def _unit(rows: Vector) -> Vector:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-9), np.float32)
