"""The panel beside every view: an article as stored, with the quoted words marked in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rag.dateline import Dateline
from rag.errors import DatelineError
from rag.ui.citations import parse_quote_key
from rag.ui.markup import attribute, counted, day, notice, source_name, spaced, text, web_link

if TYPE_CHECKING:
    from rag.index import ArticleRecord

_PARAGRAPH = re.compile(r"[^\n]+")

# Runs in the page, inside the panel. A chip anywhere in the page opens its article here.
ON_LOAD = """
dateline.sourcePanel(element, (data) => trigger('open', data), watch);
"""


def panel_value(dateline: Dateline, key: str, copies: Sequence[ArticleRecord] = ()) -> str:
    """The panel for a quote, or for a whole article when the key's quote is empty; an error is a
    notice in it."""
    try:
        article_id, start, end, text_sha256 = parse_quote_key(key)
        record, stored = article_text(dateline, article_id, text_sha256)
    except ValueError:
        return frame(key, "", notice("There is no such source.", "error"))
    except DatelineError as error:
        return frame(key, "", notice(error, "error"))
    if not 0 <= start <= end <= len(stored):
        return frame(key, "", notice("There is no such quote in this article.", "error"))
    inside = facts(record, copies) + marked_text(stored, start, end)
    return frame(key, heading_of(record), inside)


def article_text(
    dateline: Dateline, article_id: str, text_sha256: str
) -> tuple[ArticleRecord | None, str]:
    """The text that was cited, though the article may have a newer one by now or be known by
    nothing else; the article's record when it is still there.

    Raises:
        UnknownArticleError: neither is there.
    """
    from rag.errors import UnknownArticleError

    try:
        article = dateline.article(article_id)
    except UnknownArticleError:
        if not text_sha256:
            raise
        return None, dateline.cited_text(text_sha256)
    if text_sha256 in ("", article.record.text_sha256):
        return article.record, article.text
    return article.record, dateline.cited_text(text_sha256)


def frame(key: str, heading: str, inside: str) -> str:
    return (
        f'<section class="dl-source" aria-label="Source" tabindex="-1" data-key="{attribute(key)}">'
        f'<header><div>{heading}</div><button type="button" class="dl-quiet dl-close">Close'
        '<span class="dl-hidden"> the source</span></button></header>'
        f'<div class="dl-scroll" tabindex="0" role="region" aria-label="Article">{inside}</div>'
        "</section>"
    )


def heading_of(record: ArticleRecord | None) -> str:
    if record is None:
        return '<h2 class="dl-title">Removed article</h2>'
    name = source_name(record.outlet, record.source)
    where = " · ".join(text(part) for part in (name, day(record.published)) if part)
    title = text(record.title or "Untitled article")
    return f'<p class="dl-where">{where}</p><h2 class="dl-title">{title}</h2>'


def facts(record: ArticleRecord | None, copies: Sequence[ArticleRecord] = ()) -> str:
    """What is known of the article besides outlet, date and title, folded."""
    if record is None:
        return notice("This article has been removed; the words cited are kept.")
    known = [
        ("Title", text(record.title or "")),
        ("By", text(record.author or "")),
        ("Address", web_link(record.url)),
        ("File", text(record.source) if record.source != record.url else ""),
        ("Same origin", same_origin(record, copies)),
        ("Captions", "<br>".join(text(caption) for caption in record.captions)),
    ]
    rows = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in known if value)
    return (
        f'<details class="dl-facts"><summary>About this article</summary><dl>{rows}</dl></details>'
    )


def same_origin(record: ArticleRecord, copies: Sequence[ArticleRecord]) -> str:
    others = [copy for copy in copies if copy.article_id != record.article_id]
    if not others:
        return ""
    names = ", ".join(text(source_name(copy.outlet, copy.source)) for copy in others)
    return f"{counted(len(others), 'other article')}: {names}"


def marked_text(stored: str, start: int, end: int) -> str:
    """Paragraphs of the article; the characters from ``start`` to ``end`` are marked."""
    paragraphs = []
    for paragraph in _PARAGRAPH.finditer(stored):
        low, high = max(start, paragraph.start()), min(end, paragraph.end())
        if low >= high:
            paragraphs.append(f"<p>{text(paragraph.group())}</p>")
            continue
        before = spaced(stored[paragraph.start() : low])
        after = spaced(stored[high : paragraph.end()])
        paragraphs.append(f"<p>{before}<mark>{text(stored[low:high])}</mark>{after}</p>")
    return f'<div class="dl-article">{"".join(paragraphs)}</div>'


def copies_of(dateline: Dateline, key: str) -> list[ArticleRecord]:
    """Articles of the same origin as the one that ``key`` names."""
    records: list[Any] = dateline.articles()
    article_id = key.partition("|")[0]
    origin = next((r.origin for r in records if r.article_id == article_id), None)
    return [r for r in records if origin is not None and r.origin == origin]
