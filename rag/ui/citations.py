"""Citations as chips: the number inline, the quote on hover and focus, the article on click.

Gradio's sanitizer takes ``data-`` and ``aria-`` attributes out of chats, so a button says by its
class what it does and by its value to what.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from rag.answer.answer import Answer
from rag.answer.head import answer_span
from rag.ui.markup import attribute, day, marked, source_name, text

_SEPARATOR = "|"


def quote_key(article_id: str, start: int, end: int, text_sha256: str) -> str:
    """What a chip carries to name its quote; read back by ``parse_quote_key``."""
    return _SEPARATOR.join((article_id, str(start), str(end), text_sha256))


def parse_quote_key(key: str) -> tuple[str, int, int, str]:
    """
    Raises:
        ValueError: not a key that ``quote_key`` makes.
    """
    article_id, start, end, text_sha256 = key.split(_SEPARATOR)
    return article_id, int(start), int(end), text_sha256


def described(citation: Mapping[str, Any]) -> str:
    """Outlet and date in words, such as "Jago News, 1 Feb 2026"."""
    name = source_name(citation["outlet"], citation["source"] or "the given text")
    return ", ".join(part for part in (name, day(citation["published"])) if part)


def chip(citation: Mapping[str, Any]) -> str:
    """The button for one citation, in the contract's JSON shape."""
    number, where, span = citation["n"], described(citation), answer_span(citation)
    quote = marked(citation["quote"], [] if span is None else [span], "dl-told")
    key = quote_key(
        citation["article_id"], citation["start"], citation["end"], citation["text_sha256"]
    )
    return (
        f'<button type="button" class="dl-cite" value="{attribute(key)}">'
        f'<span class="dl-hidden">Source </span>{number}<span class="dl-tip" role="tooltip">'
        f"<q>{quote}</q> "
        f'<span class="dl-tip-where">{text(where)}</span></span></button>'
    )


def chips(numbers: Iterable[int], citations: Mapping[int, Mapping[str, Any]]) -> str:
    """The chips of ``numbers`` in order; a number that names no citation is left out."""
    found = [chip(citations[n]) for n in numbers if n in citations]
    return f'\N{WORD JOINER}<span class="dl-cites">{"".join(found)}</span>' if found else ""


def by_number(answer: Answer) -> dict[int, dict[str, Any]]:
    """The citations of an answer in the contract's JSON shape."""
    return {citation.n: asdict(citation) for citation in answer.citations}
