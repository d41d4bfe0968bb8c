"""Objects of JSON exports and rows of tables → text and stated metadata, by the names of fields."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rag.articles.cut import MAX_CELL_CHARACTERS
from rag.articles.dates import field_date
from rag.articles.html_fragment import plain_line
from rag.articles.labels import language_code
from rag.articles.normal_form import optional_line
from rag.articles.stated import Stated

# Names of fields in lower case without signs ("webPublicationDate", "web_publication_date"), in
# order of preference. Sources: the documentation of NewsAPI, Event Registry, GDELT DOC 2.0, the
# Guardian's and the New York Times's APIs, WordPress's REST API, MediaCloud, mediastack, JSON Feed,
# Elasticsearch, schema.org, and the columns of --meta.
FIELDS = {
    "text": (
        "text", "rawtext", "body", "content", "article", "articlebody", "maintext", "fulltext",
        "bodytext", "storytext", "contentencoded", "contenttext", "contenthtml", "bodyhtml", "html",
    ),
    "summary": (
        "description", "summary", "snippet", "abstract", "excerpt", "leadparagraph", "standfirst",
        "trailtext", "teaser",
    ),
    "title": ("title", "headline", "webtitle"),
    "outlet": (
        "sitename", "outlet", "publisher", "sourcehostname", "sourcename", "source", "hostname",
        "medianame", "publication", "newspaper", "domain",
    ),
    "author": ("author", "authors", "byline", "creator"),
    "published": (
        "date", "published", "publishedat", "datepublished", "datepublish", "pubdate",
        "publicationdate", "publishdate", "publisheddate", "webpublicationdate", "datetime",
        "datetimepub", "seendate", "dategmt",
    ),
    "url": ("url", "link", "canonicalurl", "sourceurl", "source", "weburl", "permalink"),
    "language": ("language", "lang", "languagecode", "inlanguage"),
}  # fmt: skip
# What a value is wrapped in where it is no plain text.
_VALUE_KEYS = ("rendered", "value", "#text", "html", "plain")
_NAME_KEYS = ("name", "title", "label", "main", "original", *_VALUE_KEYS)
_ABOUT_OTHERS = frozenset(
    name for field in ("outlet", "author", "title", "url") for name in FIELDS[field]
)
MAX_NESTING = 2


@dataclass(frozen=True, slots=True)
class FoundText:
    """The text of an object and the objects around it.

    Attributes:
        holders: the object that holds the text and those that it lies in, innermost first: what
            they state is stated of the text.
        is_summary: no full text was found.
    """

    text: str
    holders: tuple[Mapping[str, Any], ...]
    is_summary: bool = False


def field_key(name: object) -> str:
    """The name of a field as ``FIELDS`` has it."""
    return re.sub(r"[^a-z0-9]", "", str(name).lower())


def find_text(data: Mapping[str, Any], levels: int = MAX_NESTING) -> FoundText | None:
    """The full text in an object or in the objects it holds, else a summary; None without one.

    Args:
        levels: how deep to look in the objects that it holds; 0 for its own fields alone.
    """
    fields = _by_key(data)
    for name in FIELDS["text"]:
        text = _text_of(fields.get(name))
        if text:
            return FoundText(text, (data,))
    summary = next((t for name in FIELDS["summary"] if (t := _text_of(fields.get(name)))), None)
    found = FoundText(summary, (data,), is_summary=True) if summary else None
    if levels:
        for name, value in fields.items():
            if isinstance(value, Mapping) and name not in _ABOUT_OTHERS:
                inner = find_text(value, levels - 1)
                if inner and (not inner.is_summary or found is None):
                    found = FoundText(inner.text, (*inner.holders, data), inner.is_summary)
                    if not inner.is_summary:
                        return found
    return found


def read_stated(found: FoundText) -> Stated:
    """What the objects around a text state of it, the innermost first."""
    stated = Stated()
    for holder in found.holders:
        fields = _by_key(holder)
        language = _first_line(fields, "language")
        code = language_code(language) if language else None
        dates = (field_date(fields.get(name), code) for name in FIELDS["published"])
        stated.fill(
            Stated(
                title=_first_line(fields, "title"),
                outlet=_first_line(fields, "outlet"),
                author=_first_line(fields, "author"),
                published=next(filter(None, dates), None),
                url=_first_line(fields, "url"),
                language=code,
            )
        )
    return stated


def is_beginning(found: FoundText) -> bool:
    """Whether the text can only be the beginning of an article; a mark in it may say so too."""
    return found.is_summary or len(found.text) == MAX_CELL_CHARACTERS


def looks_like_article(data: Mapping[str, Any]) -> bool:
    """Whether an object has more of an article than a text."""
    known = {name for field in ("title", "url", "published") for name in FIELDS[field]}
    return bool(known & _by_key(data).keys())


def _by_key(data: Mapping[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in data.items():
        fields.setdefault(field_key(name), value)
    return fields


def _text_of(value: object, depth: int = 0) -> str | None:
    """A text as one string: a string, a wrapper of one, or a list of paragraphs."""
    if isinstance(value, str):
        return value if value.strip() else None
    if depth > MAX_NESTING:
        return None
    if isinstance(value, Mapping):
        wrapped = (_text_of(value.get(key), depth + 1) for key in _VALUE_KEYS)
        return next(filter(None, wrapped), None)
    if isinstance(value, Sequence):
        return _text_of_blocks(value, depth)
    return None


def _text_of_blocks(blocks: Sequence[object], depth: int) -> str | None:
    """Paragraphs, as strings or as objects that hold one; None for a list of articles."""
    paragraphs: list[str] = []
    for block in blocks:
        if isinstance(block, Mapping):
            if looks_like_article(block):
                return None
            fields = _by_key(block)
            texts = (_text_of(fields.get(name), depth + 1) for name in FIELDS["text"])
            paragraph = next(filter(None, texts), None) or _text_of(block, depth + 1)
        else:
            paragraph = _text_of(block, depth + 1)
        if paragraph:
            paragraphs.append(paragraph)
    return "\n\n".join(paragraphs) or None


def _first_line(fields: Mapping[str, Any], field: str) -> str | None:
    for name in FIELDS[field]:
        line = _line_of(fields.get(name))
        is_url = line is not None and line.startswith(("http://", "https://"))
        if line is not None and is_url == (field == "url"):
            return line  # "source" may be the outlet or the address
    return None


def _line_of(value: object) -> str | None:
    if isinstance(value, Mapping):
        value = next((value[key] for key in _NAME_KEYS if isinstance(value.get(key), str)), None)
    if isinstance(value, list):
        names = [_line_of(item) for item in value]
        value = ", ".join(name for name in names if name)
    return optional_line(plain_line(value)) if isinstance(value, str) else None
