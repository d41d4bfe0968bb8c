"""The articles that a brief is written from: their sentences, read, with exact offsets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from rag.answer.answer import Citation
from rag.answer.antecedents import Context, context_of
from rag.claims.aliases import AliasTable, learn_aliases
from rag.claims.dates import day_of
from rag.claims.notation import notation_of
from rag.claims.reading import Reading, read_sentence
from rag.claims.words import content_stems, weight
from rag.evidence import Evidence
from rag.index import ArticleRecord, Index

# "PORT ALDREN, Nov. 11 (Meridian Wire) — ": who sent the report from where, not what it tells.
_DATELINE = re.compile(
    r"[A-Z][A-Z’'.-]{2,}(?:[ ,][A-Z][\w’'.-]*){0,4}(?:,[^—–()]{1,24})?\s*(?:\([^()]{2,40}\)\s*)?"
    r"[—–]\s+(?=[A-Z“\"])"
    r"|(?:[A-Z][\w.’' ]{2,24},?\s)?\((?:CNN|Reuters|AP|AFP|BBC|Bloomberg|UPI|PTI|Xinhua|dpa)"
    r"(?:\s\w+)?\)\s*(?:[-—–]+\s*)?(?=[A-Z“\"])"
)

_ON_TOPIC = 0.4


@dataclass(frozen=True)
class SourceArticle:
    """An article that is read; ``copies`` are ids of other articles with the same text."""

    record: ArticleRecord
    text: str
    passages: tuple[tuple[int, int], ...]
    copies: tuple[str, ...] = ()

    @property
    def article_id(self) -> str:
        return self.record.article_id

    @cached_property
    def published(self) -> date | None:
        return day_of(self.record.published)

    @cached_property
    def aliases(self) -> AliasTable:
        """Who is who, as its title and text say."""
        return learn_aliases(f"{self.record.title or ''}\n{self.text}")


@dataclass(frozen=True)
class SourceSentence:
    """A sentence of an article: ``article.text[start:end] == text``.

    Attributes:
        ordinal: its place among the sentences of all articles, from 0; citations and prompts
            know it by that.
        position: its place in its article, from 0.
        paragraph: offset of the paragraph that it stands in.
    """

    article: SourceArticle
    ordinal: int
    position: int
    paragraph: int
    start: int
    end: int
    text: str

    @property
    def origin(self) -> str:
        """Equal for articles that go back to one text."""
        return self.article.record.origin or self.article.article_id

    @cached_property
    def reading(self) -> Reading:
        notation = notation_of(self.article.text, self.article.record.language)
        return read_sentence(self.text, self.article.published, notation)

    @cached_property
    def context(self) -> Context:
        """What it needs in front of it to be understood alone."""
        return context_of(self.article.text, self.start, self.end)

    @cached_property
    def evidence(self) -> Evidence:
        record = self.article.record
        return Evidence(
            text=self.text,
            n=self.ordinal,
            start=self.start,
            outlet=record.outlet,
            title=record.title,
            published=record.published,
            article_text=self.article.text,
            article_id=record.article_id,
            origin=self.origin,
            language=record.language,
        )


def read_article(index: Index, record: ArticleRecord, copies: Iterable[str] = ()) -> SourceArticle:
    """The article with its text and the spans of its passages."""
    passages = tuple((p.start, p.end) for p in index.article_passages(record.article_id))
    return SourceArticle(record, index.text(record.text_sha256), passages, tuple(copies))


def on_topic(
    articles: Sequence[SourceArticle], sentences: Sequence[SourceSentence], about: str
) -> list[SourceSentence]:
    """``sentences`` without the other stories of articles that tell of many things.

    Of such a round-up only those paragraphs count that have the topic.
    """
    wanted = content_stems(about)
    round_ups = {
        article.article_id
        for article in articles
        if _is_round_up([_told(wanted, article.text[start:end]) for start, end in article.passages])
    }
    paragraphs: dict[tuple[str, int], list[str]] = {}
    for s in sentences:
        if s.article.article_id in round_ups:
            paragraphs.setdefault((s.article.article_id, s.paragraph), []).append(s.text)
    return [
        s
        for s in sentences
        if s.article.article_id not in round_ups
        or _told(wanted, " ".join(paragraphs[s.article.article_id, s.paragraph])) >= _ON_TOPIC
    ]


def _is_round_up(shares: Sequence[float]) -> bool:
    """Whether fewer than half of an article's passages have the topic, or, where none has it,
    a word of it; one without any tells of the event in other words.

    Args:
        shares: of the topic's words, by passage.
    """
    with_topic = sum(share >= _ON_TOPIC for share in shares) or sum(share > 0 for share in shares)
    return 0 < 2 * with_topic < len(shares)


def _told(wanted: Mapping[str, str], text: str) -> float:
    """Share of the words of a topic, by weight, that ``text`` has."""
    total = sum(weight(word) for word in wanted.values())
    known = content_stems(text)
    return sum(weight(word) for one, word in wanted.items() if one in known) / (total or 1.0)


def sentences_of(index: Index, articles: Sequence[SourceArticle]) -> list[SourceSentence]:
    """Every sentence of ``articles`` once, in reading order."""
    found: list[SourceSentence] = []
    for article in articles:
        spans = sorted(
            {
                span
                for passage in index.article_passages(article.article_id)
                for span in passage.sentences
            }
        )
        for position, (begin, end) in enumerate(spans):
            dateline = _DATELINE.match(article.text, begin, end)
            start = dateline.end() if dateline else begin
            paragraph = article.text.rfind("\n\n", 0, start) + 1
            found.append(
                SourceSentence(
                    article, len(found), position, paragraph, start, end, article.text[start:end]
                )
            )
    return found


class Citations:
    """The citations of a brief, numbered from 1 in the order in which they are first used."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, int, int], int] = {}
        self.all: list[Citation] = []

    def cite(self, sentence: SourceSentence, *, with_context: bool = True) -> int:
        """The number of an exact quote of ``sentence``; with the sentence before it when it is
        not to be understood alone."""
        start = sentence.context.start if with_context else sentence.start
        record = sentence.article.record
        key = (record.article_id, start, sentence.end)
        if key not in self._numbers:
            self._numbers[key] = len(self.all) + 1
            self.all.append(
                Citation(
                    n=len(self.all) + 1,
                    article_id=record.article_id,
                    source=record.source,
                    title=record.title,
                    outlet=record.outlet,
                    published=record.published,
                    url=record.url,
                    quote=sentence.article.text[start : sentence.end],
                    start=start,
                    end=sentence.end,
                    text_sha256=record.text_sha256,
                )
            )
        return self._numbers[key]
