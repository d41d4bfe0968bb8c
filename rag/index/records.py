"""What the index gives back: articles and passages as plain values, no database behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """One stored article without its text; fields as in ``rag.articles.Article``.

    Attributes:
        article_id: stable short name, unique in the index.
        origin: id of the oldest article of those that go back to one text, for one that stands
            alone its own; None only in an index that an older version wrote.
        passages: how many passages its text was split into.
        cut: whether its text is only the beginning of the article.
    """

    article_id: str
    source: str
    title: str | None
    outlet: str | None
    author: str | None
    published: str | None
    url: str | None
    language: str | None
    origin: str | None
    captions: tuple[str, ...]
    credits: tuple[str, ...]
    passages: int
    text_sha256: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article with its text; offsets everywhere count characters of ``text``."""

    record: ArticleRecord
    text: str


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """One passage and what is known of its article.

    Attributes:
        text: ``article.text[start:end]`` of the article text with hash ``text_sha256``.
        sentences: ``(start, end)`` offsets in the article's text, each within start and end.
        ordinal: the passage's place in its article, from 0.
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
    ordinal: int
    language: str | None = None

    def sentence_texts(self) -> tuple[str, ...]:
        return tuple(self.text[s - self.start : e - self.start] for s, e in self.sentences)


@dataclass(frozen=True, slots=True)
class Collection:
    """A named set of articles, and how many are in it."""

    name: str
    articles: int


@dataclass(frozen=True, slots=True)
class CollectionChange:
    """What became of a collection.

    Attributes:
        collection: as it is now.
        added, removed: numbers of articles.
        known: how many of those to be added were in it already.
    """

    collection: Collection
    added: int = 0
    removed: int = 0
    known: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """How much an index holds; ``pending`` counts passage changes that word search lacks yet."""

    articles: int
    passages: int
    files: int
    pending: int


@dataclass(frozen=True, slots=True)
class PassageEntry:
    """What a derived store keeps of a passage.

    Attributes:
        published: day as the number YYYYMMDD, 0 when not known.
        outlet: ``rag.filters.name_key`` of the outlet, "" when not known.
        vector: float16 bytes, only filled where vectors are asked for.
    """

    passage_id: int
    title: str
    text: str
    published: int
    outlet: str
    vector: bytes


Hits = Sequence[tuple[int, float]]
"""Passage ids with scores, best first; higher is better."""
