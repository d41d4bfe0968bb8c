"""Which articles a brief is written from: those on the topic, by event, one copy of each text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.claims.words import content_stems
from rag.errors import UsageError, printable
from rag.filters import Filters
from rag.index import ArticleRecord, Index
from rag.summary.brief import LeftOutArticle, Progress
from rag.summary.events import Event, cluster_events
from rag.summary.material import SourceArticle, read_article

# Articles on one topic are found by their passages; this many reach a few dozen articles.
TOPIC_PASSAGES = 200
# The passages of an article off the topic are this much less similar than the best.
_MIN_SHARE_OF_BEST = 0.6
_MIN_SIMILARITY = 0.25


@dataclass(frozen=True, slots=True)
class ChosenEvent:
    """The articles of one event that are read."""

    articles: tuple[SourceArticle, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """The events to write of, and what was looked at and left out."""

    events: tuple[ChosenEvent, ...]
    left_out: tuple[LeftOutArticle, ...]


def select_articles(
    index: Index,
    about: str | None,
    filters: Filters,
    progress: Progress | None,
    *,
    max_events: int,
) -> Selection:
    """The articles for a brief on ``about``, or on the largest events of the whole index.

    Raises:
        UsageError: there is none.
    """
    records = index.articles(filters)
    left_out: list[LeftOutArticle] = []
    chosen: frozenset[str] = frozenset()
    if about is not None:
        records, chosen = _on_topic(index, about, filters, records)
    if not records:
        raise UsageError(
            "there is no article to write a brief from"
            + (f" about {printable(about, 80)!r}" if about is not None else "")
            + (" with these filters" if filters.active else "")
        )
    events = cluster_events(index, records, progress)
    if about is not None:
        # The event that most articles on the topic tell of, with what else tells of it.
        events.sort(key=lambda event: -sum(r.article_id in chosen for r in event.articles))
    kept = events[:1] if about is not None else events[:max_events]
    for event in events[len(kept) :]:
        for record in event.articles:
            reason = f"its event has fewer reports than the {len(kept)} in the brief"
            if about is not None:
                is_near = record.article_id not in chosen
                reason = "not on the topic" if is_near else "tells of another event"
            left_out.append(LeftOutArticle(record.article_id, reason))
    return Selection(tuple(_without_copies(index, e) for e in kept), tuple(left_out))


def _on_topic(
    index: Index, about: str, filters: Filters, records: Sequence[ArticleRecord]
) -> tuple[list[ArticleRecord], frozenset[str]]:
    """Articles that a search for the topic finds, and the ids of those with a passage on it; none
    at all when there is no such passage."""
    from rag.retrieval import search

    found = search(index, about, k=TOPIC_PASSAGES, filters=filters)
    best: dict[str, float] = {}
    wanted = set(content_stems(about))
    for passage in found:
        words = content_stems(passage.text).keys() | content_stems(passage.title or "").keys()
        shared = len(wanted & words) / len(wanted) if wanted else 0.0
        score = 0.5 * passage.similarity + 0.5 * shared
        best[passage.article_id] = max(best.get(passage.article_id, 0.0), score)
    least = max(_MIN_SIMILARITY, _MIN_SHARE_OF_BEST * max(best.values(), default=0.0))
    chosen = frozenset(i for i, score in best.items() if score >= least)
    if not chosen:
        return [], chosen
    return [r for r in records if r.article_id in best], chosen


def _without_copies(index: Index, event: Event) -> ChosenEvent:
    """One article of each origin: the oldest, which the copies were made from."""
    by_origin: dict[str, list[ArticleRecord]] = {}
    for record in event.articles:
        by_origin.setdefault(record.origin or record.article_id, []).append(record)
    articles = []
    for origin, records in by_origin.items():
        first = next((r for r in records if r.article_id == origin), records[0])
        copies = [r.article_id for r in records if r is not first]
        articles.append(read_article(index, first, copies))
    return ChosenEvent(
        tuple(sorted(articles, key=lambda a: (a.record.published or "9999", a.article_id)))
    )
