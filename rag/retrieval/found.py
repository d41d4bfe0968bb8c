"""What a search gives back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """Whole sentences of one article, and how likely they hold the answer.

    Attributes:
        passage_id: the indexed passage that was found; the text may have grown beyond it.
        text: ``article.text[start:end]``, at most 1,000 characters, of the article text with
            hash ``text_sha256``.
        sentences: their spans, offsets in the article's text.
        score: estimated probability that the passage holds the answer.
        similarity: cosine of the indexed passage's vector and the question's.
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
    score: float
    similarity: float
    language: str | None = None
