"""Found passages → the numbered sentences that a model cites, and back to exact quotes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.answer.answer import Citation, NearPassage
from rag.evidence import Evidence

if TYPE_CHECKING:
    from rag.index import Index
    from rag.retrieval import FoundPassage


@dataclass(frozen=True, slots=True)
class FoundSentence:
    """One sentence of a found passage: ``article.text[start:end] == text``."""

    n: int
    text: str
    start: int
    end: int
    passage: FoundPassage

    @property
    def evidence(self) -> Evidence:
        """The same for a prompt or a prover, without the text of its article."""
        passage = self.passage
        return Evidence(
            text=self.text,
            n=self.n,
            start=self.start,
            outlet=passage.outlet,
            title=passage.title,
            published=passage.published,
            article_id=passage.article_id,
            origin=passage.origin or passage.article_id,
            language=passage.language,
        )


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


def as_evidence(sentences: Iterable[FoundSentence], index: Index) -> dict[int, Evidence]:
    """The sentences by number, with the texts of their articles."""
    texts: dict[str, str] = {}
    found = {}
    for sentence in sentences:
        sha256 = sentence.passage.text_sha256
        if sha256 not in texts:
            texts[sha256] = index.text(sha256)
        found[sentence.n] = replace(sentence.evidence, article_text=texts[sha256])
    return found


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
