"""Exports of Nexis and Lexis: "2 of 3 DOCUMENTS", or "End of Document" below each."""

from __future__ import annotations

import re

from rag.articles.dates import iso_date
from rag.articles.exports.document import (
    COPYRIGHT,
    Document,
    author_name,
    date_position,
    outlet_name,
    stripped_lines,
)
from rag.articles.labels import language_code
from rag.articles.stated import Stated

_NUMBERED = re.compile(
    r"^[ \t]*(?:document[ \t]+\d+[ \t]+of[ \t]+\d+|\d+[ \t]+of[ \t]+\d+[ \t]+documents)[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_END = re.compile(r"^[ \t]*End of Document[ \t]*$", re.IGNORECASE | re.MULTILINE)
_FIELD = re.compile(
    r"^(?P<name>byline|section|length|dateline|headline|highlight|load-date|language|url|graphic|"
    r"document-type|publication-type|journal-code|issn|subject|company|organization|person|"
    r"country|city|state|geographic|industry|ticker|correction-date|distribution|series)"
    r"\s*:\s*(?P<value>.*)$",
    re.IGNORECASE,
)
MARKS = (_NUMBERED, _END, _FIELD)
_HEAD_FIELDS = frozenset(("byline", "section", "length", "dateline", "headline", "highlight"))
_EVIDENCE = re.compile(
    r"^[ \t]*(?:length\s*:\s*[\d,]+\s+words\b|load-date\s*:)", re.IGNORECASE | re.MULTILINE
)
_EDITION = re.compile(r"\bedition\b.{0,12}$|^\d{1,2}:\d\d\b", re.IGNORECASE)


def chunks(raw: str) -> list[str] | None:
    """The documents of an export of Nexis; None for other text."""
    if not _EVIDENCE.search(raw):
        return None
    for mark in (_NUMBERED, _END):
        if mark.search(raw):
            return [chunk for chunk in mark.split(raw) if _EVIDENCE.search(chunk)]
    return None


def read(chunk: str) -> Document:
    """Outlet and date stand above the headline (older exports) or below it (Nexis Uni)."""
    lines = [line for line in stripped_lines(chunk) if not _END.match(line)]
    fields = {
        match["name"].lower(): (position, match["value"].strip())
        for position, line in reversed(list(enumerate(lines)))
        if (match := _FIELD.match(line))
    }
    head = [position for name, (position, _) in fields.items() if name in _HEAD_FIELDS]
    head += [position for position, line in enumerate(lines) if line.lower() == "body"][:1]
    if not head:
        return Document("", Stated())
    stated = _from_heading([line for line in lines[: min(head)] if line])
    stated.title = _value(fields, "headline") or stated.title
    stated.author = author_name(_value(fields, "byline") or "")
    stated.language = language_code(_value(fields, "language") or "")
    stated.url = _value(fields, "url")
    start = (fields["length"][0] if "length" in fields else min(head)) + 1
    while start < len(lines) and (
        lines[start].lower() in ("", "body")
        or ((match := _FIELD.match(lines[start])) and match["name"].lower() in _HEAD_FIELDS)
    ):
        start += 1
    end = next((i for i in range(start, len(lines)) if _ends_body(lines[i])), len(lines))
    highlight = _value(fields, "highlight")
    body = "\n".join(lines[start:end]).strip()
    return Document(f"{highlight}\n\n{body}" if highlight and body else body, stated)


def _value(fields: dict[str, tuple[int, str]], name: str) -> str | None:
    return fields[name][1] or None if name in fields else None


def _ends_body(line: str) -> bool:
    field = _FIELD.match(line)
    if field:
        return field["name"].lower() not in _HEAD_FIELDS
    return COPYRIGHT.match(line) is not None or line.lower() == "classification"


def _from_heading(lines: list[str]) -> Stated:
    lines = [line for line in lines if not COPYRIGHT.match(line)]
    dated = date_position(lines)
    if dated is None:
        return Stated(title=lines[-1] if lines else None)
    above = lines[:dated]
    below = [line for line in lines[dated + 1 :] if not _EDITION.search(line)]
    title = " ".join(below) or (above[-2] if len(above) > 1 else None)
    return Stated(
        title=title,
        outlet=outlet_name(above[-1]) if above else None,
        published=iso_date(lines[dated]),
    )
