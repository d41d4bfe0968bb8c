"""What the judge reads of the quotes: the same form in training and in use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

# An article's title, its day, and sentences of it in reading order.
Quoted = tuple[str | None, str | None, Sequence[str]]


def premise_of(articles: Iterable[Quoted]) -> str:
    """The quotes of one or more articles as one text, each behind its title and day."""
    parts = []
    for title, day, sentences in articles:
        name = " ".join((title or "").split()).rstrip(". ")
        if name and day:
            name += f" ({day[:10]})"
        quotes = " ".join(" ".join(sentence.split()) for sentence in sentences)
        parts.append(f"{name}. {quotes}" if name else quotes)
    return " | ".join(parts)
