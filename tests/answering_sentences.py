"""Answering sentences out of a few words: the span stands between ‹ and › in the text."""

from __future__ import annotations

from rag.agreement import AnsweringSentence


def answering(
    marked: str,
    n: int = 1,
    day: str | None = "2024-05-17",
    *,
    origin: str | None = None,
    probability: float = 0.9,
    outlet: str | None = None,
    article_text: str = "",
) -> AnsweringSentence:
    """``marked`` with its span marked, or without marks where the span is not known.

    ``origin`` is one of its own unless given.
    """
    start, end = marked.find("‹"), marked.find("›") - 1
    known = start >= 0
    return AnsweringSentence(
        n,
        marked.replace("‹", "").replace("›", ""),
        start if known else None,
        end if known else None,
        probability,
        article_id=f"article-{n}",
        origin=origin or f"origin-{n}",
        outlet=outlet,
        published=day,
        article_text=article_text,
    )
