"""A sentence that answers a question, and with which of its words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AnsweringSentence:
    """A sentence that was read for a question.

    Attributes:
        n: number of its citation.
        start, end: characters in ``text`` of the words that answer; None where they are not known
            (the sentence as a whole answers).
        probability: that it answers, 0 to 1.
        origin: equal for copies of one story.
        published: day of its article, ISO or a part of it, or None.
        article_text: the whole article, from which aliases are learned; "" where it is not at hand.
    """

    n: int
    text: str
    start: int | None
    end: int | None
    probability: float
    article_id: str
    origin: str
    title: str | None = None
    outlet: str | None = None
    published: str | None = None
    article_text: str = ""
