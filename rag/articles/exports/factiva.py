"""Exports of Factiva: "Document XXXX000020260205…" below each, as text or with field codes."""

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

_MARK = re.compile(
    r"^[ \t]*(?:AN[ \t]+)?Document[ \t]+[A-Z0-9]{4,}00(?:19|20)\d{6}\w+[ \t]*$", re.M
)
MARKS = (_MARK,)
_WORD_COUNT = re.compile(r"^\s*(?:WC[ \t]+)?[\d,.]+ words\s*$", re.MULTILINE)
# Codes of Factiva's display format that this reader uses, and those that end the text.
_CODE = re.compile(
    r"^(?P<code>SE|HD|BY|CR|WC|PD|ET|SN|SC|ED|PG|LA|CY|LP|TD|CT|RF|CO|IN|NS|RE|IPC|IPD|PUB|AN|ART|"
    r"CLM)(?:[ \t]+(?P<value>\S.*))?$"
)
_SOURCE_CODE = re.compile(r"[A-Z0-9]{3,8}")
_LANGUAGE_LINE = re.compile(r"[A-Z][a-z]+(?: \([A-Z][a-z]+\))?")


def chunks(raw: str) -> list[str] | None:
    """The documents of an export of Factiva; None for other text."""
    if not _MARK.search(raw):
        return None
    return [chunk for chunk in _MARK.split(raw) if _WORD_COUNT.search(chunk)]


def read(chunk: str) -> Document:
    lines = stripped_lines(chunk)
    codes = _coded(lines)
    return _from_codes(codes) if "HD" in codes and "SN" in codes else _from_lines(lines)


def _coded(lines: list[str]) -> dict[str, list[str]]:
    """Lines under each code, in the order of the document."""
    found: dict[str, list[str]] = {}
    values: list[str] | None = None
    for line in lines:
        match = _CODE.match(line)
        is_start = match is not None and match["code"] not in found
        if match and is_start:
            values = found.setdefault(match["code"], [])
        if values is not None:
            values.append(match["value"] or "" if match and is_start else line)
    return found


def _from_codes(codes: dict[str, list[str]]) -> Document:
    values = {code: " ".join(" ".join(lines).split()) for code, lines in codes.items()}
    body = "\n".join([*codes.get("LP", []), "", *codes.get("TD", [])]).strip()
    return Document(
        body,
        Stated(
            title=values["HD"] or None,
            outlet=outlet_name(values["SN"]),
            author=author_name(values.get("BY", "")),
            published=iso_date(values.get("PD", "")),
            language=language_code(values.get("LA", "")),
        ),
    )


def _from_lines(lines: list[str]) -> Document:
    """Headline, author, word count, date, outlet, its code, language, copyright, then the text."""
    count = next(i for i, line in enumerate(lines) if _WORD_COUNT.match(line))
    above = [line for line in lines[:count] if line]
    bylines = [line for line in above if re.match(r"by\s", line, re.IGNORECASE)]
    titles = [line for line in above if line not in bylines]
    start = next((i for i in range(count, len(lines)) if COPYRIGHT.match(lines[i])), count)
    below = [line for line in lines[count + 1 : start] if line]
    dated = date_position(below)
    after_date = below[dated + 1 :] if dated is not None else []
    named = [line for line in after_date if not re.match(r"\d{1,2}:\d\d", line)]
    languages = [code for line in named[1:] if (code := _language(line))]
    return Document(
        "\n".join(lines[start + 1 :]).strip() if start > count else "",
        Stated(
            title=titles[-1] if titles else None,
            outlet=outlet_name(named[0]) if named else None,
            author=author_name(bylines[0]) if bylines else None,
            published=iso_date(below[dated]) if dated is not None else None,
            language=languages[0] if languages else None,
        ),
    )


def _language(line: str) -> str | None:
    is_name = _LANGUAGE_LINE.fullmatch(line) and not _SOURCE_CODE.fullmatch(line)
    return language_code(line) if is_name else None
