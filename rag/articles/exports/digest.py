"""Press reviews and digests: articles between ruled lines, each with outlet and date of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.articles.credit_lines import is_outlet_name
from rag.articles.dates import find_date
from rag.articles.exports.document import Document, UnsplittableError, stripped_lines
from rag.articles.lines import Line
from rag.articles.stated import Stated

_RULE = re.compile(r"^[ \t]*([-_=*~#–—])(?:[ \t]*\1){4,}[ \t]*$", re.MULTILINE)
_NUMBER = re.compile(r"^[ \t]*Document[ \t]+(\d+)[ \t]+of[ \t]+(\d+)[ \t]*$", re.MULTILINE | re.I)
MARKS = (_RULE, _NUMBER)
_SOURCE = re.compile(
    r"^(?:source|outlet|publication|newspaper|publisher)\s*:\s*(?P<name>\S.*)$", re.IGNORECASE
)
_URL = re.compile(r"<?(https?://[^\s<>]+)>?")
_PIECE = re.compile(r"\s*(?:[|;•·,]|\s[–—-])\s*")
_HEAD_LINES = 8
_MAX_HEAD_WORDS = 12


def numbered(raw: str) -> list[Document] | None:
    """Parts under "Document 1 of 3" of a form that is not known otherwise.

    Raises:
        UnsplittableError: the numbers do not go up one by one.
    """
    marks = list(_NUMBER.finditer(raw))
    if len(marks) < 2:
        return None
    numbers = [int(mark[1]) for mark in marks]
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        raise UnsplittableError(
            "several documents in one file, and their numbers "
            f"({', '.join(map(str, numbers[:6]))}) do not go up one by one; "
            "split it into one file each"
        )
    ends = [mark.start() for mark in marks[1:]] + [len(raw)]
    return [_document(raw[mark.end() : end]) for mark, end in zip(marks, ends, strict=True)]


def ruled(raw: str) -> list[Document] | None:
    """Parts between ruled lines when each begins with an outlet and a date; None for one article.

    Raises:
        UnsplittableError: some parts begin so and others do not.
    """
    if not _RULE.search(raw):
        return None
    parts = [part for part in _split_at_rules(raw) if any(map(_is_text, part.split("\n")))]
    documents = [_document(part) for part in parts]
    whole = [
        one.stated.published is not None and one.stated.outlet is not None for one in documents
    ]
    if sum(whole) < 2:
        return None
    if not all(whole):
        first = whole.index(False) + 1
        raise UnsplittableError(
            f"several articles in one file, and part {first} of {len(parts)} does not begin with "
            "an outlet and a date; split it into one file each"
        )
    return documents


def _split_at_rules(raw: str) -> list[str]:
    starts, ends = [0], []
    for match in _RULE.finditer(raw):
        ends.append(match.start())
        starts.append(match.end())
    return [raw[start:end] for start, end in zip(starts, [*ends, len(raw)], strict=True)]


def _is_text(row: str) -> bool:
    return Line(row.strip()).is_prose if row.strip() else False


def _document(part: str) -> Document:
    """What the lines above the first sentence state; they are taken out of the text."""
    lines = stripped_lines(part)
    stated = Stated()
    used: set[int] = set()
    filled = [position for position, line in enumerate(lines) if line]
    for position in filled[:_HEAD_LINES]:
        line = lines[position]
        if len(line.split()) > _MAX_HEAD_WORDS or _is_text(line):
            break
        if _read_head(line, stated):
            used.add(position)
    for position in (*filled[:_HEAD_LINES], *filled[-2:]):
        url = _URL.fullmatch(lines[position])
        if url:
            stated.url = stated.url or url[1]
            used.add(position)
    return Document(_without(lines, used), stated, is_page=True)


def _read_head(line: str, stated: Stated) -> bool:
    source = _SOURCE.match(line)
    found = find_date(line)
    if source:
        stated.outlet = stated.outlet or source["name"].strip()
    if found and stated.published is None:
        stated.published = found[0]
        line = f"{line[: found[1]]} | {line[found[2] :]}"
    names = [piece for piece in _PIECE.split(line) if piece and is_outlet_name(piece.strip("() "))]
    is_outlet = bool(names) and (found is not None or names == [line])
    if is_outlet and stated.outlet is None:
        stated.outlet = names[0].strip("() ")
    return bool(source or found or is_outlet)


def _without(lines: Sequence[str], used: set[int]) -> str:
    return "\n".join(line for position, line in enumerate(lines) if position not in used).strip()
