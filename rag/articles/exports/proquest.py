"""Exports of ProQuest: lines of underscores between documents of "Label: value" fields."""

from __future__ import annotations

import re

from rag.articles.dates import iso_date
from rag.articles.exports.document import Document, author_name, outlet_name, stripped_lines
from rag.articles.labels import language_code
from rag.articles.stated import Stated

_RULE = re.compile(r"^[ \t]*_{10,}[ \t]*$", re.MULTILINE)
_NUMBER = re.compile(r"^[ \t]*Document \d+ of \d+[ \t]*$", re.MULTILINE)
MARKS = (_RULE, _NUMBER)
_ID = re.compile(r"^[ \t]*ProQuest document ID:", re.MULTILINE)
_FIELD = re.compile(
    r"^(?P<name>Author|Publication info|Abstract|Full text|Links|Subject|Location|People|Title|"
    r"Company / organization|Company|Identifier / keyword|Credit|Classification|"
    r"Correspondence author|Publication title|"
    r"First page|Pages|Number of pages|Publication year|Publication date|Section|"
    r"Year|Publisher|Place of publication|Country of publication|Publication subject|ISSN|"
    r"Source type|Language of publication|Document type|ProQuest document ID|Document URL|"
    r"Copyright|Last updated|Database|Dateline|Column|Volume|Issue)\s*:\s*(?P<value>.*)$"
)
_NO_TEXT = re.compile(r"(?:full text )?(?:not available|unavailable)\b.{0,60}", re.IGNORECASE)


def chunks(raw: str) -> list[str] | None:
    """The documents of an export of ProQuest; None for other text."""
    if not _ID.search(raw):
        return None
    return [chunk for chunk in _RULE.split(raw) if _ID.search(chunk)]


def read(chunk: str) -> Document:
    lines = stripped_lines(_NUMBER.sub("", chunk))
    values: dict[str, list[str]] = {}
    heading: list[str] = []
    current = heading
    for line in lines:
        match = _FIELD.match(line)
        is_start = match and match["name"] not in values and _is_field(match["name"], values)
        if match and is_start:
            current = values.setdefault(match["name"], [])
        current.append(match["value"] if match and is_start else line)
    one_line = {name: " ".join(" ".join(value).split()) for name, value in values.items()}
    text = "\n".join(values.get("Full text", [])).strip()
    outlet = one_line.get("Publication title") or one_line.get("Publication info", "")
    published = one_line.get("Publication date") or one_line.get("Publication info", "")
    return Document(
        "" if _NO_TEXT.fullmatch(text) else text,
        Stated(
            title=one_line.get("Title") or next((line for line in heading if line), None),
            outlet=outlet_name(outlet),
            author=author_name(one_line.get("Author", "")),
            published=iso_date(re.sub(r"\](?=\d)", "] ", published)),
            url=_url(one_line.get("Document URL")),
            language=language_code(one_line.get("Language of publication", "")),
        ),
    )


def _is_field(name: str, values: dict[str, list[str]]) -> bool:
    """Within the text a line "Title: …" may be the article's own; its fields come in a block.

    The first field below the text is Subject or another one of the index, never one of those
    that also stand above it.
    """
    return "Full text" not in values or name not in ("Author", "Abstract", "Links")


def _url(value: str | None) -> str | None:
    return value if value and re.fullmatch(r"https?://\S+", value) else None
