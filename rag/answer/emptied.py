"""Why filters leave no article: which of them, and what there is instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from rag.errors import printable
from rag.filters import Filters, name_key
from rag.index import ArticleRecord, Index

_MOST_OUTLETS = 5
_LONGEST_NAME = 80


def empty_filter_reason(index: Index, filters: Filters) -> str | None:
    """One sentence that names the filter which no article passes and says what there is; None
    when an article passes them all.

    Raises:
        UsageError: there is no such collection, or nothing is in it.
    """
    if not filters.active:
        return None
    if index.holds(filters):
        return None
    articles = index.articles(Filters(collection=filters.collection))
    if not articles:
        return "No article is in the index."
    within = f" in the collection {_quoted(filters.collection)}" if filters.collection else ""
    of_outlet = _passing(articles, replace(filters, since=None, until=None))
    if not of_outlet:
        wanted = " or ".join(_quoted(name) for name in filters.outlets)
        return f"No article{within} is from {wanted}; {_outlets(articles, filters.outlets)}."
    if not _passing(articles, replace(filters, outlets=())):
        return (
            f"No article{within} is dated {_bounds(filters)}; {_dates(articles, 'the articles')}."
        )
    theirs = " or ".join(_quoted(name) for name in filters.outlets)
    return (
        f"No article{within} from {theirs} is dated {_bounds(filters)}; "
        f"{_dates(of_outlet, 'those from there')}."
    )


def _passing(articles: Sequence[ArticleRecord], filters: Filters) -> list[ArticleRecord]:
    loose = replace(filters, collection=None)
    return [a for a in articles if loose.matches(a.published, a.outlet)]


def _outlets(articles: Sequence[ArticleRecord], wanted: Sequence[str]) -> str:
    """The outlets that there are, those spelled most like the wanted ones first."""
    spelled: dict[str, str] = {}
    counted: Counter[str] = Counter()
    for article in articles:
        if article.outlet is not None:
            key = name_key(article.outlet)
            spelled.setdefault(key, article.outlet)
            counted[key] += 1
    if not counted:
        return "the outlet of none is known"
    keys = [name_key(name) for name in wanted]
    likeness = {
        key: max(SequenceMatcher(None, key, other).ratio() for other in keys) for key in counted
    }
    # Of names that are like no wanted one, those with the most articles say the most.
    ranked = sorted(
        counted,
        key=lambda key: (-likeness[key] if likeness[key] > 0.5 else 0.0, -counted[key], key),
    )
    shown = [
        f"{printable(spelled[k], _LONGEST_NAME)} ({counted[k]})" for k in ranked[:_MOST_OUTLETS]
    ]
    more = f" and {len(ranked) - _MOST_OUTLETS} more" if len(ranked) > _MOST_OUTLETS else ""
    return f"outlets here: {', '.join(shown)}{more}"


def _bounds(filters: Filters) -> str:
    since, until = filters.since, filters.until
    if since and until:
        return f"on {since}" if since == until else f"from {since} to {until}"
    return f"from {since} on" if since else f"up to {until}"


def _dates(articles: Sequence[ArticleRecord], which: str) -> str:
    days = sorted(a.published[:10] for a in articles if a.published)
    undated = len(articles) - len(days)
    if not days:
        return f"{which} have no date"
    span = days[0] if days[0] == days[-1] else f"{days[0]} to {days[-1]}"
    missing = f", and {undated} {'has' if undated == 1 else 'have'} no date" if undated else ""
    return f"{which} are of {span}{missing}"


def _quoted(name: str) -> str:
    return f"“{printable(name, _LONGEST_NAME)}”"
