"""Statements with labels to measure a judge on: labelled news, and the contrast set."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.evidence import Evidence
from training.judge_rows import labelled_rows
from training.sources import LabelledArticle, Part, labelled_articles

CONTRAST = Path(__file__).parent / "data" / "contrast.jsonl"


@dataclass(frozen=True, slots=True)
class LabelledStatement:
    """A statement, the sentences that it cites, and what is right.

    Attributes:
        kind: "supported", or the kind of error.
        words: (start, end) of the unsupported words; None where they are not known.
        pair: the two statements of a contrast share it.
    """

    text: str
    evidence: tuple[Evidence, ...]
    label: str
    kind: str
    words: tuple[tuple[int, int], ...] | None = None
    pair: str = ""

    @property
    def supported(self) -> bool:
        return self.label == "supported"


def article_evidence(article: LabelledArticle) -> list[Evidence]:
    """Every sentence of a labelled article, numbered from 1."""
    text = " ".join(article.sentences)
    return [
        Evidence(
            sentence, n, n, title=article.title, published=article.date, article_text=text,
            article_id=article.name,
        )
        for n, sentence in enumerate(article.sentences, start=1)
    ]  # fmt: skip


def labelled_statements(part: Part) -> Iterator[LabelledStatement]:
    """The statements of a part of the labelled articles, each with its own citations."""
    for article in labelled_articles(part):
        sentences = article_evidence(article)
        for row, judged in zip(article.statements, labelled_rows(article), strict=True):
            evidence = tuple(sentences[n - 1] for n in row["cites"])
            yield LabelledStatement(
                row["text"], evidence, row["label"], judged.kind, judged.unsupported
            )


def contrast_statements() -> Iterator[LabelledStatement]:
    """The statements of the contrast set: for each pair the supported one, then the wrong one."""
    for line in CONTRAST.read_text("utf-8").splitlines():
        row = json.loads(line)
        text = " ".join(row["sentences"])
        evidence = tuple(
            Evidence(
                sentence, n, n, title=row["title"], published=row["date"], article_text=text,
                article_id=row["id"],
            )
            for n, sentence in enumerate(row["sentences"], start=1)
        )  # fmt: skip
        for key, label in (("supported", "supported"), ("wrong", row["wrong_label"])):
            yield LabelledStatement(row[key], evidence, label, row["phenomenon"], None, row["id"])
