"""What an empty conversation shows: what the collection holds, and questions to begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.dateline import Dateline
from rag.errors import DatelineError
from rag.ui.markup import counted, day, text

if TYPE_CHECKING:
    from rag.index import ArticleRecord


def stored_articles(dateline: Dateline) -> list[ArticleRecord]:
    """The articles; none when there is no index yet."""
    try:
        return dateline.articles()
    except DatelineError:
        return []


def welcome(records: list[ArticleRecord]) -> str:
    """HTML for the empty chat."""
    if not records:
        return (
            '<div class="dl-welcome"><h2>No articles yet</h2><p>Add some under Articles; then ask '
            "about them here. Everything stays on this machine.</p></div>"
        )
    return (
        '<div class="dl-welcome"><h2>Ask the articles</h2><p>Every sentence of an answer rests on '
        "an exact quote. Click a number to read it in its article.</p>"
        f'<p class="dl-holds">{text(holdings(records))}</p></div>'
    )


def holdings(records: list[ArticleRecord]) -> str:
    """How much a collection holds, such as "32 articles · 30 origins · 12 outlets · …"."""
    origins = {record.origin or record.article_id for record in records}
    outlets = {record.outlet for record in records if record.outlet}
    days = sorted(record.published[:10] for record in records if record.published)
    parts = [counted(len(records), "article"), counted(len(origins), "origin")]
    if outlets:
        parts.append(counted(len(outlets), "outlet"))
    if days:
        span = [day(days[0]), day(days[-1])] if days[0] != days[-1] else [day(days[0])]
        parts.append(" – ".join(span))
    return " · ".join(parts)
