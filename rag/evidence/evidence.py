"""The exact sentences that a statement is held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.claims.notation import Notation, notation_of
from rag.claims.rewriting import in_english
from rag.judge.premise import premise_of


@dataclass(frozen=True, slots=True)
class Evidence:
    """An exact sentence of an article, with what is known of the article.

    Attributes:
        n: its number among the sentences that were found.
        start: offset in the article's text; orders the sentences of an article.
        article_text: where names and their short forms are looked up; the sentence alone when it
            is empty.
        origin: equal for articles that go back to one text; the article's id when it is empty.
        language: the article's, as it states it.
    """

    text: str
    n: int = 0
    start: int = 0
    outlet: str | None = None
    title: str | None = None
    published: str | None = None
    article_text: str = ""
    article_id: str = ""
    origin: str = ""
    language: str | None = None

    @property
    def notation(self) -> Notation:
        """How the article writes figures."""
        return notation_of(self.article_text or self.text, self.language)


def premise(evidence: Sequence[Evidence]) -> str:
    """What the judge reads: the sentences by article, in reading order, behind title and day; their
    figures as English writes them, the one notation that it has learned."""
    articles: dict[str, list[Evidence]] = {}
    for item in evidence:
        articles.setdefault(item.article_id, []).append(item)
    return premise_of(
        (
            group[0].title,
            group[0].published,
            [in_english(i.text, i.notation) for i in sorted(group, key=lambda i: i.start)],
        )
        for group in articles.values()
    )
