"""Found passages → the numbered sentences that a model cites, and back to exact quotes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answer.answer import Citation, NearPassage
from rag.quoting import NumberedSentence, QuotedArticle

if TYPE_CHECKING:
    from rag.retrieval import FoundPassage


@dataclass(frozen=True, slots=True)
class FoundSentence:
    """One sentence of a found passage: ``article.text[start:end] == text``."""

    n: int
    text: str
    start: int
    end: int
    passage: FoundPassage


def number_sentences(passages: Sequence[FoundPassage]) -> dict[int, FoundSentence]:
    """Every sentence of ``passages`` once, numbered from 1: articles by their best passage, the
    sentences of an article in reading order."""
    spans: dict[str, dict[tuple[int, int], FoundPassage]] = {}
    for passage in passages:
        article = spans.setdefault(passage.article_id, {})
        for span in passage.sentences:
            article.setdefault(span, passage)
    numbered: dict[int, FoundSentence] = {}
    for article in spans.values():
        for (start, end), passage in sorted(article.items(), key=lambda item: item[0]):
            text = passage.text[start - passage.start : end - passage.start]
            numbered[len(numbered) + 1] = FoundSentence(
                len(numbered) + 1, text, start, end, passage
            )
    return numbered


def quoted_articles(evidence: Iterable[FoundSentence]) -> list[QuotedArticle]:
    """The sentences as a prompt shows them, by article."""
    articles: dict[str, list[FoundSentence]] = {}
    for sentence in evidence:
        articles.setdefault(sentence.passage.article_id, []).append(sentence)
    return [
        QuotedArticle(
            group[0].passage.outlet,
            group[0].passage.published,
            group[0].passage.title,
            tuple(NumberedSentence(sentence.n, sentence.text) for sentence in group),
        )
        for group in articles.values()
    ]


def citation(n: int, evidence: FoundSentence) -> Citation:
    """The exact quote that ``evidence`` is, as citation ``n`` of an answer."""
    passage = evidence.passage
    return Citation(
        n=n,
        article_id=passage.article_id,
        source=passage.source,
        title=passage.title,
        outlet=passage.outlet,
        published=passage.published,
        url=passage.url,
        quote=evidence.text,
        start=evidence.start,
        end=evidence.end,
        text_sha256=passage.text_sha256,
    )


def near_passages(passages: Sequence[FoundPassage]) -> tuple[NearPassage, ...]:
    """What is shown when the articles do not tell."""
    return tuple(
        NearPassage(
            p.article_id, p.source, p.title, p.outlet, p.published, p.text, p.start, p.end, p.score
        )
        for p in passages
    )
