"""A block of "Label: value" lines at the head of a file, as scrapers and archives write it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from rag.articles.dates import iso_date
from rag.articles.lines import Line
from rag.articles.phrases import phrase_file
from rag.articles.stated import Stated
from rag.languages import regions

_LABEL = re.compile(
    r"^(?P<label>title|headline|author|byline|by|date|published|published on|publication date|"
    r"outlet|publisher|publication|source|site|newspaper|url|link|permalink|canonical|language|lang)"
    r"\s*:\s+(?P<value>\S.*)$",
    re.IGNORECASE,
)
_FIELDS = {
    "title": "title", "headline": "title", "author": "author", "byline": "author", "by": "author",
    "date": "published", "published": "published", "published on": "published",
    "publication date": "published", "outlet": "outlet", "publisher": "outlet",
    "publication": "outlet", "source": "outlet", "site": "outlet", "newspaper": "outlet",
    "url": "url", "link": "url", "permalink": "url", "canonical": "url",
    "language": "language", "lang": "language",
}  # fmt: skip
_LANGUAGES = {
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "français": "fr",
    "spanish": "es", "español": "es", "italian": "it", "portuguese": "pt", "dutch": "nl",
    "arabic": "ar", "urdu": "ur", "hindi": "hi", "bengali": "bn", "bangla": "bn",
    "russian": "ru", "chinese": "zh", "japanese": "ja", "turkish": "tr", "persian": "fa",
}  # fmt: skip
_URL = re.compile(r"https?://[^\s<>\"]+$")
_HEAD_LINES = 12


def read_labels(lines: Sequence[Line], stated: Stated) -> list[Line]:
    """Fill ``stated`` from labels at the head; the lines that are left.

    A single label is read only where it leaves no doubt (title, headline, URL, language);
    "Source:" and "By:" alone may be a credit and a byline.
    """
    head = [
        (position, match)
        for position, line in enumerate(lines[:_HEAD_LINES])
        if (match := _LABEL.match(line.text))
    ]
    is_block = len(head) >= 2
    used: set[int] = set()
    for position, match in head:
        name = _FIELDS[match["label"].lower()]
        value = _value(name, match["value"])
        is_plain = name in ("title", "url", "language")
        if value is None or not (is_block or is_plain):
            continue
        if getattr(stated, name) is None:
            setattr(stated, name, value)
        used.add(position)
    for line in lines[:3]:
        if stated.url is None and _URL.fullmatch(line.text):
            stated.url = line.text
    return [
        line
        for position, line in enumerate(lines)
        if position not in used and not _URL.fullmatch(line.text)
    ]


def language_code(value: str) -> str | None:
    """ISO 639-1 code of "en", "en-GB", "eng" or "English"; None for anything else.

    The region stays where it writes figures otherwise than its language: "EN_us" is "en-US".
    """
    value = value.strip().lower()
    if value in _LANGUAGES:
        return _LANGUAGES[value]
    if len(value) == 3:
        return _codes_of_three_letters().get(value)
    match = re.fullmatch(r"([a-z]{2})(?:[-_][a-z0-9-_]+)?", value)
    if match is None:
        return None
    region = f"{match[1]}-{value[3:5].upper()}"
    return region if region in regions() and len(value) == 5 else match[1]


@cache
def _codes_of_three_letters() -> dict[str, str]:
    rows = phrase_file("language_codes")  # ISO 639-2 and the two-letter code of each
    return {row[:3]: row[4:] for row in rows}


def _value(name: str, value: str) -> str | None:
    if name == "published":
        return iso_date(value)
    if name == "language":
        return language_code(value)
    if name == "url":
        return value if _URL.fullmatch(value) else None
    return value.strip()
